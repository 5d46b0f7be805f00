package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Where multicast is not to be had, a list of members does; in whatever order they come. */
class StaticDiscoveryIT {

    private final List<String> members = members();

    @Test
    void findsTheOthersByAListOfMembers(TestInfo test) throws Exception {
        try (Site site = Site.open(test)) {
            InetSocketAddress balancer = Ports.freeAddress();
            start(site, "balancer", balancer);
            start(site, "node", Ports.freeAddress());
            start(site, "store", Ports.freeAddress());
            Await.until(
                    "the page is served with a session",
                    Duration.ofSeconds(40),
                    () -> Browser.once(balancer, Visit.PEEK).status() == 200);
            assertEquals("node", Visit.parse(Browser.once(balancer, Visit.PEEK)).node());
        }
    }

    private void start(Site site, String role, InetSocketAddress address) throws IOException {
        List<String> options = new ArrayList<>(members);
        options.addAll(List.of(
                "--role=" + role,
                "--name=" + role,
                "--host=127.0.0.1",
                "--port=" + address.getPort(),
                "--admin-port=" + Ports.free()));
        site.run(role, site.small(options));
    }

    private static List<String> members() {
        int port = Ports.free();
        return List.of(
                "--cluster=static-" + ProcessHandle.current().pid(),
                "--discovery=static",
                "--members=127.0.0.1:" + port,
                "--cluster-host=127.0.0.1",
                "--cluster-port=" + port);
    }
}
