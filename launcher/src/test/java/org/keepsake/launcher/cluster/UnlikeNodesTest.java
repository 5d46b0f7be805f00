package org.keepsake.launcher.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class UnlikeNodesTest {

    private static final Alike DELTA =
            new Alike(Map.of("--session-manager", "delta"), Map.of("--replication", "sync", "--backup-count", "1"));

    private static final Alike MEMCACHED = new Alike(Map.of("--session-manager", "memcached"), Map.of());

    private static Service service(Role role, String name, int port) {
        return new Service(role, name, "10.0.0.1", port, Service.State.READY);
    }

    private static UnlikeNodes.Other node(String name, Alike alike) {
        return new UnlikeNodes.Other(
                alike, List.of(service(Role.BALANCER, "lb" + name, 8080), service(Role.NODE, name, 8081)));
    }

    private static final List<Service> OWN = List.of(service(Role.STORE, "m1", 11211), service(Role.NODE, "B", 8082));

    private static Optional<String> among(Alike own, UnlikeNodes.Other... older) {
        return new UnlikeNodes("shop", own).among(List.of(older), OWN);
    }

    @Test
    void theSentenceNamesBothNodesBothValuesAndTheRule() {
        assertEquals(
                Optional.of(
                        "node B, on port 8082, has --session-manager=memcached, and node A at 10.0.0.1:8081, longer in"
                                + " cluster shop, has --session-manager=delta; all nodes of a cluster use one --session-manager,"
                                + " another needs another --cluster"),
                among(MEMCACHED, node("A", DELTA)));
    }

    @Test
    void nodesThatAreAlikeStay() {
        assertEquals(Optional.empty(), among(DELTA, node("A", DELTA)));
        assertEquals(Optional.empty(), among(DELTA));
    }

    @Test
    void theOldestNodeDecidesNotOneThatIsAboutToGo() {
        assertEquals(Optional.empty(), among(DELTA, node("A", DELTA), node("C", MEMCACHED)));
    }

    @Test
    void whoHasNoNodeOrDoesNotSayMixesWithAll() {
        UnlikeNodes.Other store = new UnlikeNodes.Other(Alike.NONE, List.of(service(Role.STORE, "m2", 11211)));
        assertEquals(Optional.empty(), among(DELTA, store, node("old", Alike.NONE)));
        assertEquals(
                Optional.empty(),
                new UnlikeNodes("shop", Alike.NONE)
                        .among(List.of(node("A", DELTA)), List.of(service(Role.STORE, "m1", 11211))));
    }

    @Test
    void oneThatWasNeverHeardMayBeDead() {
        assertEquals(Optional.empty(), among(MEMCACHED, new UnlikeNodes.Other(DELTA, List.of())));
    }

    @Test
    void whatShouldBeTheSameIsWarnedOfOnce() {
        Alike async = new Alike(
                Map.of("--session-manager", "delta"), Map.of("--replication", "async", "--backup-count", "1"));
        Logger logger = Logger.getLogger(ClusterMember.class.getName());
        List<String> said = new CopyOnWriteArrayList<>();
        Handler handler = new Noting(said);
        logger.addHandler(handler);
        try {
            UnlikeNodes unlike = new UnlikeNodes("shop", async);
            for (int i = 0; i < 3; i++) {
                assertEquals(Optional.empty(), unlike.among(List.of(node("A", DELTA)), OWN));
            }
            assertEquals(
                    List.of("node B, on port 8082, has --replication=async, and node A at 10.0.0.1:8081, longer in"
                            + " cluster shop, has --replication=sync; all nodes should have the same"),
                    said);
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void comesBackAsItWasTold() {
        Map<String, String> attributes = new HashMap<>(Map.of("another", "x"));
        DELTA.tell(attributes::put);
        assertEquals(4, attributes.size());
        assertEquals(DELTA, Alike.told(attributes));
    }

    /** Notes the last parameter of what is logged. */
    private static final class Noting extends Handler {
        private final List<String> said;

        Noting(List<String> said) {
            this.said = said;
        }

        @Override
        public void publish(LogRecord entry) {
            Object[] parameters = entry.getParameters();
            said.add(String.valueOf(parameters[parameters.length - 1]));
        }

        @Override
        public void flush() {
            // Nothing is kept back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
