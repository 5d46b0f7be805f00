package org.keepsake.node.memcached;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Stored;

/** What waits for a store that stands still is bounded, however many sessions there are and whatever they do. */
@ParameterizedClass
@EnumSource(Protocol.class)
class FrozenStoreTest {

    private static final int SHARE = 16 << 20;
    private static final int SESSIONS = 10_000;

    private final Protocol protocol;
    private final Stores stores = new Stores();
    private MemcachedProcess memcached;
    private MemcachedConnection store;

    FrozenStoreTest(Protocol protocol) {
        this.protocol = protocol;
    }

    /** With timeouts so long that the store is not declared down: what is sent stays, as in the first moments. */
    @BeforeEach
    void freeze() throws Exception {
        memcached = stores.closing(MemcachedProcess.start());
        ConnectionSettings settings = new ConnectionSettings(
                        Duration.ofMinutes(1), 100, Duration.ofMinutes(1), Duration.ofMillis(100), SHARE)
                .with(protocol, Optional.empty());
        MemcachedConnections connections = stores.closing(
                new MemcachedConnections(settings, new MemcachedNodes(1, List.of(memcached.node("m1")))));
        assertTrue(connections.awaitFirstContact(Duration.ofSeconds(20)));
        store = connections.named("m1").orElseThrow();
        assertEquals(Outcome.OK, get(store.set("k", new byte[100], 0)).outcome());
        memcached.freeze();
    }

    @AfterEach
    void close() throws Exception {
        stores.closeAll();
    }

    @Test
    void holdsNoMoreWritesThanItsShareOfBytes() throws Exception {
        int taken = queue(SESSIONS, i -> store.set("s:" + i, new byte[50_000], 0), Outcome.NOT_SENT);
        assertTrue(taken > 100 && taken * 50_000L <= SHARE, taken + " taken");
    }

    @Test
    void holdsNoMoreReadsThanItsShareOfBytes() throws Exception {
        int taken = queue(20 * SESSIONS, i -> store.gets("s:" + i % SESSIONS), Reply.NotSent.class);
        assertTrue(taken > 1000 && taken < SHARE / 640, taken + " taken");
    }

    /** Lets so many operations wait, and returns how many were not refused at once. */
    private int queue(int operations, IntFunction<CompletableFuture<?>> operation, Object refusal) throws Exception {
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        long before = usedHeap();
        for (int i = 0; i < operations; i++) {
            CompletableFuture<?> end = operation.apply(i);
            if (end.isDone()) {
                Object answer = end.join();
                assertEquals(refusal, answer instanceof Stored stored ? stored.outcome() : answer.getClass());
            } else {
                waiting.add(end);
            }
        }
        long grown = usedHeap() - before;
        assertTrue(grown < 2L * SHARE, "the heap grew by " + grown + " bytes for " + waiting.size() + " operations");
        assertTrue(store.up());
        memcached.thaw();
        for (CompletableFuture<?> end : waiting) {
            assertFalse(get(end) instanceof Reply.Unknown);
        }
        assertEquals(1, store.epoch());
        CompletableFuture<Stored> later = store.set("later", new byte[900_000], 0);
        assertEquals(Outcome.OK, get(later).outcome());
        return waiting.size();
    }

    private static long usedHeap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(20);
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }
}
