package org.keepsake.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keepsake.launcher.admin.AdminAnswer;
import org.keepsake.launcher.cluster.Membership;
import org.keepsake.launcher.cluster.Role;
import org.keepsake.launcher.cluster.Service;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.SessionStatistics;
import org.keepsake.node.session.view.Peers;

/** What the admin port of a node says, and what can be changed there. */
class NodePagesTest {

    private static final Membership WITH_A_STORE =
            new Membership(7, true, List.of(new Service(Role.STORE, "m9", "10.0.0.9", 11211, Service.State.READY)));

    private final List<MemcachedNodes> told = new ArrayList<>();
    private final NodeStores stores =
            new NodeStores(Optional.of(MemcachedNodes.parse("m1:a:11211,m2:b:11212", Set.of("m2"))));
    private final SharedStores shared = new SharedStores("test", "A", stores, told::add);
    private final MemcachedNodesPage page = new MemcachedNodesPage(stores, () -> "view \"1\"", shared);

    @Test
    void theStoresAreToldWithTheView() {
        assertEquals(
                "{\"version\":1,\"named\":true,\"nodes\":["
                        + "{\"name\":\"m1\",\"host\":\"a\",\"port\":11211,\"failover\":false},"
                        + "{\"name\":\"m2\",\"host\":\"b\",\"port\":11212,\"failover\":true}],"
                        + "\"view\":\"view \\\"1\\\"\"}\n",
                page.get().text());
    }

    @AfterEach
    void stop() {
        shared.close();
    }

    @Test
    void otherStoresAreNamedAndTheNodeIsTold() {
        shared.join(Peers.NONE);
        AdminAnswer answer = page.put("m1:a:11211, m3:c:11213 ;failover=m3\n");
        assertEquals(200, answer.status());
        assertTrue(answer.text().endsWith(",\"taken\":[\"A\"],\"missing\":[]}\n"), answer.text());
        assertEquals(
                MemcachedNodes.parse("m1:a:11211,m3:c:11213", Set.of("m3")).nodes(),
                told.get(0).nodes());
        assertEquals(2, told.get(0).version());
        assertEquals(told.get(0), stores.follow(WITH_A_STORE));
    }

    @Test
    void nothingIsChangedBeforeTheClusterIsJoined() {
        AdminAnswer answer = page.put("m1:a:11211");
        assertEquals(503, answer.status());
        assertTrue(answer.text().startsWith("memcached nodes: nothing was changed"), answer.text());
        assertEquals(List.of(), told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | memcached nodes: 0 are listed",
                "m1:a | no port",
                "m1:a:1,m1:b:1 | listed twice",
                "m1:a:1;failover=m2 | failover node m2 is not one",
                "m1:a:1;failover=m1 | every store is one",
                "m1:a:1;backup=m1 | write m1:host:port,m2:host:port;failover=m2",
                "http://a:8091/pools | Couchbase",
            })
    void aListThatCannotBeChangesNothing(String body, String sentence) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> page.put(body));
        assertTrue(String.valueOf(refused.getMessage()).contains(sentence), refused.getMessage());
        assertEquals(List.of(), told);
        assertEquals(1, stores.current().version());
    }

    @Test
    void withoutNamedStoresThoseOfTheClusterAreUsedUntilSomeAreNamed() throws InterruptedException {
        NodeStores found = new NodeStores(Optional.empty());
        assertFalse(found.awaitKnown(Duration.ZERO));
        assertEquals("[m9:10.0.0.9:11211]", found.follow(WITH_A_STORE).nodes().toString());
        assertTrue(found.awaitKnown(Duration.ZERO));
        NamedStores later = NamedStores.NONE.next(
                "A", MemcachedNodes.parse("m1:a:11211", Set.of()).nodes());
        MemcachedNodes named = found.take(later).orElseThrow();
        assertEquals(Optional.empty(), found.take(later));
        assertEquals(8, named.version());
        assertEquals(named, found.follow(new Membership(9, true, WITH_A_STORE.services())));
    }

    @Test
    void statisticsAreToldByNameToProgramsAndToPrometheus() {
        SessionStatistics shop = statistics("/shop", 3, 17);
        String json = new StatisticsPage(() -> List.of(shop)).get().text();
        assertTrue(json.startsWith("[{\"application\":\"/shop\",\"active\":3,\"created\":17,"), json);
        String metrics = new MetricsPage(
                        () -> Service.State.READY, () -> List.of(shop, statistics("/\"", 0, 1)), List::of)
                .get()
                .text();
        assertTrue(metrics.contains("""
                        # TYPE keepsake_sessions_created_total counter
                        keepsake_sessions_created_total{application="/shop"} 17
                        keepsake_sessions_created_total{application="/\\""} 1
                        """), metrics);
        assertTrue(metrics.contains("keepsake_sessions_active{application=\"/shop\"} 3\n"), metrics);
        assertTrue(metrics.contains("keepsake_sessions_lock_waits_total{"), metrics);
        assertTrue(metrics.contains("keepsake_ready 1\n"), metrics);
        assertTrue(
                metrics.lines().allMatch(line -> line.matches("# TYPE [a-z_]+ (counter|gauge)|[a-z_]+(\\{.*})? \\d+")),
                metrics);
    }

    @Test
    void aProcessWithoutANodeHasNoSessionsToTellOf() {
        String metrics = new MetricsPage(() -> Service.State.STARTING, List::of, List::of)
                .get()
                .text();
        assertTrue(metrics.contains("keepsake_ready 0\n") && !metrics.contains("sessions"), metrics);
    }

    /** With numbers in the first two, and zeros behind. */
    private static SessionStatistics statistics(String application, long active, long created) {
        try {
            var constructor = SessionStatistics.class.getConstructors()[0];
            Object[] values = new Object[constructor.getParameterCount()];
            java.util.Arrays.fill(values, 0L);
            values[0] = application;
            values[1] = active;
            values[2] = created;
            return (SessionStatistics) constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
