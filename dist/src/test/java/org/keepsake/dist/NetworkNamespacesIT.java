package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Two machines, one command each, found by multicast: a complete pair that survives the loss of either. */
class NetworkNamespacesIT {

    private static final int SESSIONS = 20;

    @BeforeAll
    static void needsRoot() {
        Needs.need("root".equals(System.getProperty("user.name")), "network namespaces need root (and iproute2)");
    }

    @Test
    void theOtherHostServesEverySessionWhenOneIsCutOff(TestInfo test) throws Exception {
        try (Network network = Network.of(2);
                Site site = Site.open(test)) {
            Network.Host first = network.host(1);
            Network.Host second = network.host(2);
            start(site, network, first, "A", "m1");
            start(site, network, second, "B", "m2");
            Site.awaitInRotation(balancer(first), "A", "B");
            Site.awaitInRotation(balancer(second), "A", "B");
            List<Browser> users = users(balancer(second));
            everyoneCounts(users, 1);
            everyoneCounts(users, 2);

            network.unplug(first);
            everyoneCounts(users, 3);
            everyoneCounts(users, 4);

            network.plug(first);
            Site.awaitInRotation(balancer(first), "A", "B");
            Site.awaitInRotation(balancer(second), "A", "B");
            everyoneCounts(users, 5);
            Figures.say("two hosts: " + SESSIONS + " sessions served by one while the other was cut off");
        }
    }

    private static void start(Site site, Network network, Network.Host host, String node, String store)
            throws IOException {
        List<String> command =
                Product.small(List.of("--role=balancer,node,store", "--node-name=" + node, "--store-name=" + store));
        site.run(node, network.on(host, command));
    }

    private static InetSocketAddress balancer(Network.Host host) {
        return new InetSocketAddress(host.address(), 8080);
    }

    private static List<Browser> users(InetSocketAddress balancer) {
        List<Browser> users = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            users.add(new Browser(balancer));
        }
        return users;
    }

    private static void everyoneCounts(List<Browser> users, long expected) throws IOException {
        for (Browser user : users) {
            assertEquals(expected, Visit.parse(user.get(Visit.COUNT)).counter());
        }
    }
}
