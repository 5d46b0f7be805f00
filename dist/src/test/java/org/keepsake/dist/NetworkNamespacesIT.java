package org.keepsake.dist;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Two machines, one command each, found by multicast: a complete pair that survives the loss of either. */
class NetworkNamespacesIT {

    private static final int USERS = 20;

    @BeforeAll
    static void needsNamespaces() {
        Needs.need(Network.possible(), "two hosts need network namespaces, and these root");
    }

    @Test
    void theOtherHostServesEverySessionWhenOneIsCutOff(TestInfo test) throws Exception {
        try (Network network = Network.of(2);
                Site site = Site.open(test)) {
            Network.Host first = network.host(1);
            Network.Host second = network.host(2);
            Program one = start(site, network, first, "A", "m1");
            Program two = start(site, network, second, "B", "m2");
            Site.awaitInRotation(balancer(first), "A", "B");
            Site.awaitInRotation(balancer(second), "A", "B");
            int unused = Views.awaitAllWhole(List.of(one, two), 0);
            pull(network, first, balancer(second)).assertNothingLost("two hosts, the other one cut off and back");
            Site.awaitInRotation(balancer(first), "A", "B");
        }
    }

    /** What users of the one balancer see while the other host's cable is out, and when it is in again. */
    private static Tally pull(Network network, Network.Host victim, InetSocketAddress balancer) throws Exception {
        try (Crowd crowd = Crowd.enter(balancer, USERS)) {
            crowd.isServedBy("A", "B");
            network.unplug(victim);
            crowd.visitsOn();
            network.plug(victim);
            crowd.isServedBy("A", "B");
            crowd.visitsOn();
            return crowd.leave();
        }
    }

    private static Program start(Site site, Network network, Network.Host host, String node, String store)
            throws IOException {
        // By default a name is made of the host's, which both of these have from the same kernel.
        List<String> command = site.small(List.of(
                "--role=balancer,node,store",
                "--balancer-name=front" + node,
                "--node-name=" + node,
                "--store-name=" + store));
        return site.run(node, network.on(host, command));
    }

    private static InetSocketAddress balancer(Network.Host host) {
        return new InetSocketAddress(host.address(), 8080);
    }
}
