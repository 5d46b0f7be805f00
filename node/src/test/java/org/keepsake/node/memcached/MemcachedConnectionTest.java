package org.keepsake.node.memcached;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.keepsake.node.FreePort;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Stored;

/** Against real memcached processes that are killed, frozen and started again. */
@ParameterizedClass
@EnumSource(Protocol.class)
class MemcachedConnectionTest {

    /** Far above what is measured, for machines with other things to do. */
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Protocol protocol;

    private final List<AutoCloseable> open = new ArrayList<>();

    MemcachedConnectionTest(Protocol protocol) {
        this.protocol = protocol;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void saysExactlyWhatEachCommandDid() throws Exception {
        MemcachedConnection store = connect(memcached());

        assertEquals(new Reply.Absent(store.epoch()), get(store.gets("k")));
        assertEquals(Outcome.ABSENT, get(store.touch("k", 100)));
        assertEquals(Outcome.OK, outcome(store.add("k", bytes("one"), 0)));
        assertEquals(Outcome.NOT_STORED, outcome(store.add("k", bytes("two"), 0)));
        Reply.Found one = found(store, "k");
        assertEquals("one", text(one));
        assertEquals(store.epoch(), one.epoch());
        assertEquals(Outcome.OK, get(store.touch("k", 100)));
        assertEquals(one.cas(), found(store, "k").cas());
        assertEquals(Outcome.OK, outcome(store.cas("k", one, bytes("two"), 0)));
        assertEquals(Outcome.EXISTS, outcome(store.cas("k", one, bytes("three"), 0)));
        assertEquals(Outcome.ABSENT, outcome(store.cas("gone", one, bytes("three"), 0)));
        assertEquals("two", text(found(store, "k")));
        assertEquals(Outcome.OK, outcome(store.set("k", bytes(""), 0)));
        assertEquals("", text(found(store, "k")));
        assertEquals(Outcome.OK, outcome(store.set("k", bytes("short"), -1)));
        assertEquals(new Reply.Absent(store.epoch()), get(store.gets("k")));
    }

    @Test
    void readsSeveralKeysAtOnceAndAnswersInTheirOrder() throws Exception {
        MemcachedConnection store = connect(memcached());
        assertEquals(Outcome.OK, outcome(store.add("b", bytes("of b"), 0)));
        assertEquals(Outcome.OK, outcome(store.add("d", bytes(""), 0)));

        List<Reply> replies = get(store.gets(List.of("a", "b", "c", "b", "d", "e")));

        Reply absent = new Reply.Absent(store.epoch());
        assertEquals(absent, replies.get(0));
        assertEquals("of b", text(assertInstanceOf(Reply.Found.class, replies.get(1))));
        assertEquals(absent, replies.get(2));
        assertEquals("of b", text(assertInstanceOf(Reply.Found.class, replies.get(3))));
        assertEquals("", text(assertInstanceOf(Reply.Found.class, replies.get(4))));
        assertEquals(absent, replies.get(5));
        assertEquals(List.of(absent, absent), get(store.gets(List.of("x", "y"))));
    }

    @Test
    void refusesToReadSeveralKeysWhenTheProtocolCannotCarryOne() throws Exception {
        MemcachedConnection store = connect(memcached());
        for (Reply reply : get(store.gets(List.of("a", "b c", "d")))) {
            assertInstanceOf(Reply.Refused.class, reply);
        }
        assertEquals(List.of(), get(store.gets(List.of())));
        assertEquals(1, store.epoch());
    }

    @Test
    void tellsTheCasIdOfWhatItStoredWhereTheProtocolDoes() throws Exception {
        MemcachedConnection store = connect(memcached());
        Stored added = get(store.add("k", bytes("one"), 0));
        if (protocol == Protocol.TEXT) {
            assertEquals(new Stored(Outcome.OK, 0, store.epoch()), added);
            return;
        }
        assertEquals(found(store, "k").cas(), added.cas());
        Reply.Found seen = new Reply.Found(bytes("one"), added.cas(), added.epoch());
        Stored replaced = get(store.cas("k", seen, bytes("two"), 0));
        assertEquals(Outcome.OK, replaced.outcome());
        assertEquals(found(store, "k").cas(), replaced.cas());
        assertEquals(new Stored(Outcome.EXISTS, 0, store.epoch()), get(store.cas("k", seen, bytes("three"), 0)));
        assertEquals(
                found(store, "k").cas(), get(store.set("k", bytes("four"), 0)).cas() - 1);
    }

    @Test
    void deletesWhatIsThere() throws Exception {
        MemcachedConnection store = connect(memcached());
        assertEquals(Outcome.ABSENT, get(store.delete("k")));
        assertEquals(Outcome.OK, outcome(store.add("k", bytes("one"), 0)));
        assertEquals(Outcome.OK, get(store.delete("k")));
        assertEquals(new Reply.Absent(store.epoch()), get(store.gets("k")));
    }

    @Test
    void replacesNothingThatWasSeenWithoutACasId() throws Exception {
        MemcachedConnection store = connect(memcached());
        assertEquals(Outcome.OK, outcome(store.add("k", bytes("one"), 0)));
        Reply.Found seen = new Reply.Found(bytes("one"), 0, store.epoch());
        assertEquals(Outcome.REFUSED, outcome(store.cas("k", seen, bytes("two"), 0)));
        assertEquals("one", text(found(store, "k")));
    }

    @Test
    void carriesEveryByteOfAValue() throws Exception {
        MemcachedConnection store = connect(memcached());
        byte[] value = new byte[300_000];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) (i % 7 == 0 ? "\r\nEND\r\n".charAt(i % 5) : i);
        }
        assertEquals(Outcome.OK, outcome(store.add("k", value, 0)));
        assertArrayEquals(value, found(store, "k").value());
    }

    @Test
    void refusesAKeyThatTheProtocolCannotCarry() throws Exception {
        MemcachedConnection store = connect(memcached());
        for (String key : List.of("", "a b", "a\r\nflush_all", "x".repeat(251), "ü", "\u007f")) {
            assertInstanceOf(Reply.Refused.class, get(store.gets(key)));
            assertEquals(Outcome.REFUSED, outcome(store.add(key, bytes("v"), 0)));
            assertEquals(Outcome.REFUSED, get(store.touch(key, 0)));
        }
        assertEquals(Outcome.OK, outcome(store.add("x".repeat(250), bytes("v"), 0)));
    }

    @Test
    void refusesAValueThatIsTooLongAndKeepsTheConnection() throws Exception {
        MemcachedConnection store = connect(memcached("-I", "2m"));
        assertEquals(2 << 20, store.maxItemSize());
        int longest = (int) store.maxItemSize() - 1 - 64;

        CompletableFuture<Stored> before = store.add("a", bytes("v"), 0);
        CompletableFuture<Stored> tooLong = store.add("k", new byte[longest + 1], 0);
        CompletableFuture<Stored> after = store.add("b", bytes("v"), 0);

        assertEquals(Outcome.OK, outcome(before));
        assertEquals(Outcome.REFUSED, outcome(tooLong));
        assertEquals(Outcome.OK, outcome(after));
        assertEquals(Outcome.OK, outcome(store.add("k", new byte[longest], 0)));
        assertEquals(longest, found(store, "k").value().length);
        assertEquals(1, store.epoch());
    }

    @Test
    void isUsableAgainSoonAfterTheStoreWasRestarted() throws Exception {
        MemcachedProcess memcached = memcached();
        MemcachedConnection store = connect(Duration.ofMillis(300), memcached);
        assertEquals(Outcome.OK, outcome(store.add("k", bytes("old"), 0)));
        Reply.Found old = found(store, "k");

        memcached.kill();
        Await.until("an idle client notices the death", () -> !store.up());
        assertEquals(Outcome.NOT_SENT, outcome(store.add("k", bytes("v"), 0)));
        assertInstanceOf(Reply.NotSent.class, get(store.gets("k")));
        memcached.startAgain();
        Await.until("up again", SOON, store::up);

        assertEquals(2, store.epoch());
        assertEquals(Outcome.OK, outcome(store.add("k", bytes("new"), 0)));
        Reply.Found now = found(store, "k");
        assertEquals(old.cas(), now.cas(), "a restarted memcached counts from the start");
        assertEquals(Outcome.EXISTS, outcome(store.cas("k", old, bytes("lost update"), 0)));
        assertEquals("new", text(found(store, "k")));
    }

    @Test
    void endsEveryOperationInTimeWhileTheStoreIsFrozenAndFailsFastAfterwards() throws Exception {
        MemcachedProcess memcached = memcached();
        MemcachedConnection store = connect(Duration.ofMillis(300), memcached);
        assertEquals(Outcome.OK, outcome(store.add("k", bytes("v"), 0)));
        memcached.freeze();

        long start = System.nanoTime();
        List<CompletableFuture<Reply>> asked = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            asked.add(store.gets("k"));
        }
        for (CompletableFuture<Reply> one : asked) {
            assertInstanceOf(Reply.Unknown.class, get(one));
        }
        assertTrue(millisSince(start) < 300 + 1500, "took " + millisSince(start) + " ms");
        Await.until("declared down", () -> !store.up());

        start = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            assertInstanceOf(Reply.NotSent.class, get(store.gets("k")));
        }
        assertTrue(millisSince(start) < 1000, "1,000 refusals took " + millisSince(start) + " ms");

        memcached.thaw();
        Await.until("up again", SOON, store::up);
        assertEquals("v", text(found(store, "k")));
        assertEquals(2, store.epoch());
    }

    @Test
    void noticesThatAnIdleStoreFroze() throws Exception {
        MemcachedProcess memcached = memcached();
        MemcachedConnection store = connect(Duration.ofMillis(300), memcached);
        memcached.freeze();
        Await.until("down", () -> !store.up());
        memcached.thaw();
        Await.until("up again", SOON, store::up);
    }

    @Test
    void doesNotPileUpThreadsWhileAStoreIsFrozenAndCallersGoOn() throws Exception {
        MemcachedProcess memcached = memcached();
        MemcachedConnection store = connect(Duration.ofMillis(300), memcached);
        memcached.freeze();
        int before = Thread.activeCount();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        int asked = 0;
        while (System.nanoTime() - end < 0) {
            CompletableFuture<Stored> outcome = store.set("k", new byte[1000], 0);
            asked++;
            if (asked % 50 == 0) {
                get(outcome);
            }
        }
        assertTrue(Thread.activeCount() <= before + 1, before + " threads became " + Thread.activeCount());
        memcached.thaw();
        Await.until("up again", SOON, store::up);
    }

    @Test
    void tellsTheOneWinnerAmongParallelAdds() throws Exception {
        MemcachedConnection store = connect(memcached());
        List<CompletableFuture<Stored>> outcomes = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            outcomes.add(store.add("k" + i % 50, bytes("v" + i), 0));
        }
        int stored = 0;
        int refused = 0;
        for (CompletableFuture<Stored> outcome : outcomes) {
            stored += outcome(outcome) == Outcome.OK ? 1 : 0;
            refused += outcome(outcome) == Outcome.NOT_STORED ? 1 : 0;
        }
        assertEquals(50, stored);
        assertEquals(150, refused);
        for (int i = 0; i < 50; i++) {
            assertEquals("v" + i, text(found(store, "k" + i)));
        }
    }

    @Test
    void losesNoIncrementOfSixteenThreads() throws Exception {
        int threads = 16;
        int each = 313;
        MemcachedConnection store = connect(memcached());
        for (int i = 0; i < 4; i++) {
            assertEquals(Outcome.OK, outcome(store.add("c" + i, bytes("0"), 0)));
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Void>> work = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                work.add(() -> {
                    for (int i = 0; i < each; i++) {
                        increment(store, "c" + i % 4);
                    }
                    return null;
                });
            }
            for (Future<Void> one : pool.invokeAll(work)) {
                one.get();
            }
        } finally {
            pool.shutdownNow();
        }
        int sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += Integer.parseInt(text(found(store, "c" + i)));
        }
        assertEquals(threads * each, sum);
    }

    /** Callers write to the socket themselves, side by side and while it is full: none may cut into another's bytes. */
    @Test
    void givesEachOfManyCallersItsOwnAnswers() throws Exception {
        MemcachedConnection store = connect(memcached());
        ExecutorService callers = Executors.newFixedThreadPool(16);
        try {
            List<Future<Void>> all = new ArrayList<>();
            for (int caller = 0; caller < 16; caller++) {
                String key = "caller" + caller;
                all.add(callers.submit(() -> {
                    for (int round = 0; round < 300; round++) {
                        byte[] value = bytes((key + " " + round + " ").repeat(1 + (round * 37) % 4_000));
                        CompletableFuture<Stored> stored = store.set(key, value, 0);
                        CompletableFuture<List<Reply>> read = store.gets(List.of(key, "nothing"));
                        assertEquals(Outcome.OK, outcome(stored));
                        assertArrayEquals(value, ((Reply.Found) get(read).get(0)).value());
                        assertInstanceOf(Reply.Absent.class, get(read).get(1));
                    }
                    return null;
                }));
            }
            for (Future<Void> one : all) {
                one.get();
            }
        } finally {
            callers.shutdownNow();
        }
        assertEquals(1, store.epoch());
    }

    @Test
    void runsStagesThatAskAgainAndStagesThatThrow() throws Exception {
        MemcachedConnection store = connect(memcached());
        assertEquals(Outcome.OK, outcome(store.add("k", bytes("v"), 0)));
        CompletableFuture<Object> thrown = store.gets("k").thenApply(reply -> {
            throw new AssertionError("a stage of the caller");
        });
        Await.until("thrown", thrown::isCompletedExceptionally);
        CompletableFuture<Stored> chained =
                store.gets("k").thenCompose(reply -> store.cas("k", (Reply.Found) reply, bytes("w"), 0));
        assertEquals(Outcome.OK, outcome(chained));
        assertEquals(1, store.epoch());
    }

    @Test
    void answersACallerWhoseThreadIsInterruptedAndLeavesItInterrupted() throws Exception {
        MemcachedConnection store = connect(memcached());
        Thread.currentThread().interrupt();
        CompletableFuture<Stored> outcome = store.add("k", bytes("v"), 0);
        assertTrue(Thread.interrupted());
        assertEquals(Outcome.OK, outcome(outcome));
    }

    @Test
    void completesEveryFutureWhenTheStoreIsKilledUnderLoad() throws Exception {
        MemcachedProcess memcached = memcached();
        MemcachedConnection store = connect(memcached);
        List<CompletableFuture<Stored>> outcomes = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            outcomes.add(store.add("k" + i, new byte[2000], 0));
            if (i == 1000) {
                memcached.kill();
            }
        }
        for (CompletableFuture<Stored> outcome : outcomes) {
            Outcome end = outcome(outcome);
            assertTrue(end == Outcome.OK || end == Outcome.UNKNOWN || end == Outcome.NOT_SENT, end.name());
        }
        Await.until("down", () -> !store.up());
    }

    @Test
    void followsTheListOfStores() throws Exception {
        MemcachedProcess first = memcached();
        MemcachedProcess second = memcached();
        MemcachedConnections stores = connections(
                ConnectionSettings.withOperationTimeout(Duration.ofSeconds(5)),
                new MemcachedNodes(1, List.of(first.node("m1"), second.node("m2"))));
        assertTrue(stores.awaitFirstContact(SOON));
        MemcachedConnection m1 = stores.named("m1").orElseThrow();
        MemcachedConnection m2 = stores.named("m2").orElseThrow();
        assertEquals(List.of(m1, m2), stores.ring());
        assertEquals(Outcome.OK, outcome(m2.add("k", bytes("v"), 0)));
        Reply.Found ofFormerPlace = found(m2, "k");

        MemcachedNode moved = first.node("m2");
        stores.update(new MemcachedNodes(2, List.of(moved, first.node("m1").asFailover(true))));
        stores.update(new MemcachedNodes(1, List.of()));

        assertEquals(m1, stores.ring().get(1));
        assertTrue(m1.node().failover());
        assertTrue(m1.up());
        MemcachedConnection m2Moved = stores.ring().get(0);
        Await.until("the moved store is up", SOON, m2Moved::up);
        Await.until("its former place is given up", SOON, () -> !m2.up());
        assertEquals(Outcome.OK, outcome(m2Moved.add("k", bytes("other"), 0)));
        assertTrue(m2Moved.epoch() > ofFormerPlace.epoch());
        assertEquals(Outcome.EXISTS, outcome(m2Moved.cas("k", ofFormerPlace, bytes("lost"), 0)));
        assertTrue(stores.named("m3").isEmpty());
    }

    @Test
    void leavesNoThreadBehindWhenClosed() throws Exception {
        MemcachedProcess memcached = memcached();
        MemcachedNode nobody = new MemcachedNode("m2", "127.0.0.1", FreePort.next(), false);
        MemcachedConnections stores = new MemcachedConnections(
                ConnectionSettings.defaults().with(protocol, Optional.empty()),
                new MemcachedNodes(1, List.of(memcached.node("m1"), nobody)));
        assertTrue(stores.awaitFirstContact(SOON));
        MemcachedConnection up = stores.named("m1").orElseThrow();
        assertTrue(up.up());
        assertFalse(stores.named("m2").orElseThrow().up());
        assertTrue(storeThreads().size() >= 4, storeThreads().toString());

        stores.close();

        assertEquals(List.of(), storeThreads());
        assertFalse(up.up());
        assertEquals(Outcome.NOT_SENT, outcome(up.add("k", bytes("v"), 0)));
    }

    private static List<String> storeThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("keepsake store") || name.contains("emcached IO"))
                .toList();
    }

    private static void increment(MemcachedConnection store, String key) throws Exception {
        while (true) {
            Reply.Found seen = found(store, key);
            byte[] next = bytes(Integer.toString(Integer.parseInt(text(seen)) + 1));
            Outcome outcome = outcome(store.cas(key, seen, next, 0));
            if (outcome == Outcome.OK) {
                return;
            }
            assertEquals(Outcome.EXISTS, outcome);
        }
    }

    private MemcachedProcess memcached(String... options) throws Exception {
        MemcachedProcess memcached = MemcachedProcess.start(options);
        open.add(memcached);
        return memcached;
    }

    private MemcachedConnection connect(MemcachedProcess memcached) throws Exception {
        return connect(Duration.ofSeconds(5), memcached);
    }

    private MemcachedConnection connect(Duration operationTimeout, MemcachedProcess memcached) throws Exception {
        MemcachedConnections stores = connections(
                ConnectionSettings.withOperationTimeout(operationTimeout),
                new MemcachedNodes(1, List.of(memcached.node("m1"))));
        assertTrue(stores.awaitFirstContact(SOON));
        MemcachedConnection store = stores.named("m1").orElseThrow();
        assertTrue(store.up());
        return store;
    }

    private MemcachedConnections connections(ConnectionSettings settings, MemcachedNodes nodes) {
        MemcachedConnections stores = new MemcachedConnections(settings.with(protocol, Optional.empty()), nodes);
        open.add(0, stores);
        return stores;
    }

    private static Reply.Found found(MemcachedConnection store, String key) throws Exception {
        return assertInstanceOf(Reply.Found.class, get(store.gets(key)));
    }

    private static Outcome outcome(CompletableFuture<Stored> write) throws Exception {
        return get(write).outcome();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private static long millisSince(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(Reply.Found found) {
        return new String(found.value(), UTF_8);
    }
}
