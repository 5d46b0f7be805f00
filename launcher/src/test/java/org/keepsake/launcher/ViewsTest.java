package org.keepsake.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.keepsake.balancer.rotation.Upstream;
import org.keepsake.balancer.rotation.UpstreamPool;
import org.keepsake.launcher.cluster.Membership;
import org.keepsake.launcher.cluster.Role;
import org.keepsake.launcher.cluster.Service;
import org.keepsake.node.memcached.MemcachedNode;

class ViewsTest {

    private final UpstreamView upstreams = new UpstreamView(List.of());
    private final StoreView stores = new StoreView();

    @Test
    void theBalancerSendsToNodesThatAreReadyAndToNoOthers() {
        Membership membership = new Membership(
                3,
                true,
                List.of(
                        node("A", Service.State.READY),
                        node("B", Service.State.STARTING),
                        node("C", Service.State.DRAINING)));
        UpstreamPool pool = upstreams.of(membership);
        assertEquals(3, pool.version());
        assertEquals(List.of("A"), names(pool));
        assertEquals("A", pool.upstreams().get(0).route());
    }

    @Test
    void namedUpstreamsStandBesideThoseFound() {
        UpstreamView view = new UpstreamView(List.of(Upstream.parse("127.0.0.1:9000,route=X")));
        assertEquals(
                List.of("X", "A"), names(view.of(new Membership(1, true, List.of(node("A", Service.State.READY))))));
        assertEquals(List.of("X"), names(view.of(new Membership(2, true, List.of()))));
    }

    @Test
    void theLastNodesStayWhenAllSeemToHaveGone() {
        upstreams.of(new Membership(1, true, List.of(node("A", Service.State.READY), node("B", Service.State.READY))));
        assertEquals(
                List.of("B"), names(upstreams.of(new Membership(2, true, List.of(node("B", Service.State.READY))))));
        assertEquals(List.of("B"), names(upstreams.of(new Membership(3, true, List.of()))));
    }

    @Test
    void theRingIsInTheOrderOfNamesWhateverTheOrderOfArrival() {
        stores.of(new Membership(1, true, List.of(store("m2", 2))));
        assertEquals(
                List.of("m1", "m2"),
                stores.of(new Membership(2, true, List.of(store("m2", 2), store("m1", 1)))).nodes().stream()
                        .map(MemcachedNode::name)
                        .toList());
    }

    @Test
    void thereIsNoRingBeforeEveryMemberWasHeardOf() {
        assertEquals(
                List.of(),
                stores.of(new Membership(1, false, List.of(store("m2", 2)))).nodes());
        assertEquals(
                2,
                stores.of(new Membership(2, true, List.of(store("m1", 1), store("m2", 2))))
                        .nodes()
                        .size());
    }

    @Test
    void aStoreThatLeftKeepsItsPlaceAndOneThatMovedIsFollowed() {
        stores.of(new Membership(1, true, List.of(store("m1", 1), store("m2", 2))));
        stores.of(new Membership(2, true, List.of(store("m2", 2))));
        var ring = stores.of(new Membership(3, true, List.of(store("m2", 22))));
        assertEquals(
                List.of(1, 22), ring.nodes().stream().map(MemcachedNode::port).toList());
    }

    private static List<String> names(UpstreamPool pool) {
        return pool.upstreams().stream().map(Upstream::name).toList();
    }

    private static Service node(String name, Service.State state) {
        return new Service(Role.NODE, name, "127.0.0.1", 8081, state);
    }

    private static Service store(String name, int port) {
        return new Service(Role.STORE, name, "127.0.0.1", port, Service.State.READY);
    }
}
