package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The oldest member of the cluster, which keeps its list of members, freezes: the others stay together. */
class FrozenMemberIT {

    /** The default of {@code --member-timeout}, and of {@code --heartbeat}. */
    private static final Duration MISSED = Duration.ofSeconds(3 + 1);

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @Test
    void theOthersLoseTheFrozenMemberAndNobodyElse(TestInfo test) throws Exception {
        try (Site site = Site.open(test)) {
            Server oldest = site.store("m1").awaitReady();
            Server m2 = site.store("m2");
            List<Server> nodes = List.of(site.node("A"), site.node("B"));
            m2.awaitReady();
            for (Server node : nodes) {
                node.awaitReady();
            }
            oldest.freeze();
            for (Server node : nodes) {
                Await.until("a node sees that m1 is gone", PATIENCE, () -> hasLeft(node, "store m1"));
            }
            // Who has fallen silent by now is missed by then.
            Thread.sleep(MISSED.toMillis());
            for (Server node : nodes) {
                assertFalse(hasLeft(node, "store m2"), node::log);
                assertFalse(hasLeft(node, "node A"), node::log);
                assertFalse(hasLeft(node, "node B"), node::log);
            }
        }
    }

    private static boolean hasLeft(Server node, String service) {
        return node.log().lines().anyMatch(line -> line.contains(": " + service + " at ") && line.endsWith(" left"));
    }
}
