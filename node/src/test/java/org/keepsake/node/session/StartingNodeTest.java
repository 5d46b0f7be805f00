package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keepsake.node.memcached.MemcachedNodes;

/** A node that finds its stores in the cluster hears of one after the other. */
class StartingNodeTest {

    private final FakePeers cluster = new FakePeers();

    @Test
    void waitsForAStoreThatOthersBelieveAndThatItHasNotHeardOfYet() throws Exception {
        try (RealMemcached m1 = RealMemcached.start("m1");
                RealMemcached m2 = RealMemcached.start("m2");
                TestNode running = new TestNode(
                        SessionSettings.defaults("A"),
                        new MemcachedNodes(1, List.of(m1.node(), m2.node())),
                        cluster.join())) {
            Waiting.until("both stores are believed", running::reachesAllStores);
            try (Sessions starting = Sessions.memcached(
                    SessionSettings.defaults("B"), new MemcachedNodes(1, List.of(m2.node())), cluster.join())) {
                assertFalse(starting.awaitStores(Duration.ofSeconds(1)));
                starting.update(new MemcachedNodes(2, List.of(m1.node(), m2.node())));
                assertTrue(starting.awaitStores(Duration.ofSeconds(10)));
            }
        }
    }
}
