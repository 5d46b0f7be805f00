package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

    /** Whoever sees that all is ready may end any store next. */
    @Test
    void waitsForAStoreThatComesIn() throws Exception {
        try (RealMemcached m1 = RealMemcached.start("m1");
                RealMemcached m2 = RealMemcached.start("m2");
                TestNode running = new TestNode(
                        SessionSettings.defaults("A"), new MemcachedNodes(1, List.of(m1.node())), cluster.join())) {
            MemcachedNodes both = new MemcachedNodes(2, List.of(m1.node(), m2.node()));
            running.update(both);
            Waiting.until(
                    "the second store comes in", () -> running.describeStores().contains("m2 CLEAN (comes in)"));
            try (Sessions starting = Sessions.memcached(SessionSettings.defaults("B"), both, cluster.join())) {
                assertTrue(starting.awaitStores(Duration.ofSeconds(10)));
                assertEquals("view 3: m1 CLEAN, m2 CLEAN", starting.describeStores());
            }
        }
    }

    @Test
    void doesNotWaitForAStoreThatIsOutOfReach() throws Exception {
        try (RealMemcached m1 = RealMemcached.start("m1");
                RealMemcached m2 = RealMemcached.start("m2")) {
            MemcachedNodes both = new MemcachedNodes(1, List.of(m1.node(), m2.node()));
            m2.kill();
            try (Sessions starting = Sessions.memcached(SessionSettings.defaults("A"), both, cluster.join())) {
                long begun = System.nanoTime();
                assertTrue(starting.awaitStores(Duration.ofSeconds(60)));
                assertTrue(System.nanoTime() - begun < Duration.ofSeconds(30).toNanos());
            }
        }
    }
}
