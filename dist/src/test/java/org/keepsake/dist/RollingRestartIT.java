package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An operator restarts one node after the other while fifty users visit: everybody stays logged in, the many sessions that
 * nobody uses are all there, and no node is left with more in its heap than before.
 */
@Alone
@EnabledIf(
        value = "org.keepsake.dist.Scale#isLong",
        disabledReason = "eight nodes belong to a long run; FailOverIT restarts two in every build")
class RollingRestartIT {

    private static final int NODES = 8;
    private static final int SESSIONS = 10_000;
    private static final int USERS = 50;

    /** What a node may have in its heap besides what it had: it was restarted, and has compiled other things. */
    private static final double GRANTED_MIB = 8;

    static Stream<Setup> setups() {
        return Setup.of(Setup.DELTA, Setup.BACKUP, Setup.OUR_STORES);
    }

    @Behaviour(12)
    @ParameterizedTest
    @MethodSource("setups")
    void losesNothingAndLeavesEveryHeapAsItWas(Setup setup) throws Exception {
        setup.need();
        try (Site site = Site.open("RollingRestartIT." + setup)) {
            List<Server> nodes = nodes(site, setup);
            Server balancer = site.balancer("none").awaitReady();
            Site.awaitInRotation(
                    balancer.address(),
                    nodes.stream().map(node -> node.program().name()).toArray(String[]::new));
            List<Regular> regulars = Regular.enter(balancer, SESSIONS);
            Tally first = restartEach(nodes, balancer);
            double before = heaps(nodes);
            Tally second = restartEach(nodes, balancer);
            double after = heaps(nodes);
            String what =
                    String.format(Locale.ROOT, "%s, %d nodes with %,d sessions restarted", setup, NODES, SESSIONS);
            first.assertNothingLost(what);
            second.assertNothingLost(what + " again");
            Figures.say(what, String.format(Locale.ROOT, "heap of a node %.1f MiB, then %.1f MiB", before, after));
            for (int i = 0; i < SESSIONS; i++) {
                regulars.get(i).assertKnown(nodes.get(i % NODES));
            }
            assertTrue(
                    after < before + GRANTED_MIB,
                    () -> "the heap of a node was " + before + " MiB, and " + after
                            + " MiB after all were restarted again");
        }
    }

    /** One after the other: all at once they would wait for the processors. */
    private static List<Server> nodes(Site site, Setup setup) throws IOException, InterruptedException {
        String[] options = setup.nodeOptions(site, setup.stores(site)).toArray(String[]::new);
        List<Server> nodes = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            nodes.add(site.node(Character.toString('A' + i), options).awaitReady());
        }
        return nodes;
    }

    private static Tally restartEach(List<Server> nodes, Server balancer) throws Exception {
        try (Crowd crowd = Crowd.enter(balancer.address(), USERS)) {
            for (Server node : nodes) {
                node.stop();
                node.restart();
                crowd.isSoonServedBy(node.program().name());
            }
            return crowd.leave();
        }
    }

    /** In MiB, of a node on the average. */
    private static double heaps(List<Server> nodes) throws IOException, InterruptedException {
        return Heap.used(nodes) / 1024.0 / 1024.0 / nodes.size();
    }
}
