package org.keepsake.node.grid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keepsake.node.grid.GridCluster.Node;
import org.keepsake.node.store.Exptime;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Store;
import org.keepsake.node.store.Stored;

/** Three members of which each has everything; and others that come and go. */
class ReplicatedGridStoreTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static GridCluster cluster;
    private static final AtomicInteger KEYS = new AtomicInteger();

    @BeforeAll
    static void start() {
        cluster = GridCluster.of(3, TIMEOUT);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String newKey() {
        return "s:/app:" + KEYS.incrementAndGet() + "-grid";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Reply.Found found(Node node, String key) {
        return assertInstanceOf(Reply.Found.class, node.replicated.gets(key).join());
    }

    private static String text(Node node, String key) {
        return new String(found(node, key).value(), StandardCharsets.UTF_8);
    }

    private static void add(Node node, String key, String value) {
        assertEquals(
                Outcome.OK, node.replicated.add(key, bytes(value), 0).join().outcome());
    }

    private static Stored cas(Node node, String key, String value) {
        return node.replicated.cas(key, found(node, key), bytes(value), 0).join();
    }

    private static long asked() {
        return cluster.nodes().stream().mapToLong(node -> node.asked.get()).sum();
    }

    /** What all answer, at once and without asking the owner. */
    private static void assertAllHave(String key, String value, String step) {
        long before = asked();
        cluster.nodes().forEach(node -> assertEquals(value, text(node, key), step));
        assertEquals(before, asked(), step + ": the owner was asked");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void allHaveWhatWasAcknowledgedWithoutAskingTheOwner(long seed) {
        Random random = new Random(seed);
        Map<String, String> values = new TreeMap<>();
        List<String> keys = IntStream.range(0, 20).mapToObj(i -> newKey()).toList();
        for (int step = 0; step < 1_000; step++) {
            String which = "seed " + seed + ", step " + step;
            Node node = cluster.node(random.nextInt(3));
            String key = keys.get(random.nextInt(keys.size()));
            if (!values.containsKey(key)) {
                add(node, key, which);
                values.put(key, which);
            } else if (random.nextInt(5) == 0) {
                assertEquals(Outcome.OK, node.replicated.touch(key, 1_000).join(), which);
            } else {
                String value = which + "-".repeat(random.nextInt(50));
                assertEquals(Outcome.OK, cas(node, key, value).outcome(), which);
                values.put(key, value);
            }
            assertAllHave(key, values.get(key), which);
        }
    }

    @Test
    void tellsNobodyWhoWasGivenItAsABackup() {
        Node owner = cluster.node(0);
        String key = owner.keyOf("s:/backup:");
        long before = told();
        add(owner, key, "0");
        for (int i = 1; i <= 20; i++) {
            assertEquals(Outcome.OK, cas(owner, key, "value " + i).outcome());
            assertAllHave(key, "value " + i, "change " + i);
        }
        assertEquals(21, told() - before, "told the one that is no backup");
        assertEquals(Outcome.OK, cas(cluster.node(1), key, "by another").outcome());
        assertAllHave(key, "by another", "changed by another");
    }

    private static long told() {
        return cluster.nodes().stream().mapToLong(node -> node.told.get()).sum();
    }

    @Test
    void readsWhatItHasWhileTheOwnerIsOutOfTouch() {
        Node owner = cluster.node(0);
        String key = owner.keyOf("s:/read:");
        add(cluster.node(1), key, "value");
        owner.inTouch = false;
        try {
            assertEquals("value", text(cluster.node(1), key));
            assertEquals("value", text(cluster.node(2), key));
            assertInstanceOf(Reply.NotSent.class, owner.replicated.gets(key).join());
        } finally {
            owner.inTouch = true;
        }
    }

    @Test
    void losesNoneOfManyIncrements() {
        String key = newKey();
        add(cluster.node(0), key, "0");
        List<CompletableFuture<Integer>> counting = IntStream.range(0, 6)
                .mapToObj(i -> OnThread.start(() -> Increments.of(cluster.node(i % 3).replicated, key, 50)))
                .toList();
        assertEquals(300, counting.stream().mapToInt(CompletableFuture::join).sum());
        cluster.nodes().forEach(node -> assertEquals("300", text(node, key)));
    }

    /** One that only looks on hears all that the others did, in order; of two that write, each only what it did not do. */
    @Test
    void watchersHearWhatOthersChangedInOrder() {
        String key = newKey();
        List<List<String>> heard = cluster.nodes().stream()
                .<List<String>>map(node -> new CopyOnWriteArrayList<>())
                .toList();
        for (int i = 0; i < 3; i++) {
            List<String> mine = heard.get(i);
            cluster.node(i).replicated.watch((changed, before, after) -> {
                if (changed.equals(key)) {
                    mine.add((before == null ? "" : new String(before, StandardCharsets.UTF_8)) + ">"
                            + new String(after, StandardCharsets.UTF_8));
                }
            });
        }
        try {
            add(cluster.node(0), key, "0");
            List<CompletableFuture<Integer>> counting = IntStream.range(0, 2)
                    .mapToObj(i -> OnThread.start(() -> Increments.of(cluster.node(i).replicated, key, 40)))
                    .toList();
            counting.forEach(CompletableFuture::join);
            GridCluster.until(
                    "the last is heard of",
                    () -> heard.get(2).get(heard.get(2).size() - 1).endsWith(">80"));
        } finally {
            cluster.nodes().forEach(node -> node.replicated.watch(null));
        }
        String last = "";
        for (String change : heard.get(2)) {
            assertTrue(change.startsWith(last + ">"), () -> heard.get(2).toString());
            last = change.substring(change.indexOf('>') + 1);
        }
        assertFalse(heard.get(0).contains(">0"), () -> heard.get(0).toString());
        assertEquals(">0", heard.get(1).get(0));
    }

    @Test
    void nobodyHasWhatWasRemoved() {
        String key = newKey();
        add(cluster.node(0), key, "there");
        cluster.nodes().forEach(node -> assertEquals("there", text(node, key)));
        Reply.Found seen = found(cluster.node(1), key);
        assertEquals(
                Outcome.OK,
                cluster.node(1)
                        .replicated
                        .cas(key, seen, bytes("gone"), Exptime.AT_ONCE)
                        .join()
                        .outcome());
        assertNobodyHas(key);
        add(cluster.node(2), key, "there again");
        cluster.nodes().forEach(node -> assertEquals("there again", text(node, key)));
        assertEquals(
                Outcome.OK,
                cluster.node(0).replicated.touch(key, Exptime.AT_ONCE).join());
        assertNobodyHas(key);
    }

    private static void assertNobodyHas(String key) {
        cluster.nodes()
                .forEach(node -> assertInstanceOf(
                        Reply.Absent.class, node.replicated.gets(key).join()));
    }

    @Test
    void answersOneWhoReadsWhileOthersAreStillTold() {
        Node writer = cluster.node(0);
        String key = cluster.node(1).keyOf("s:/told:");
        add(writer, key, "old");
        CountDownLatch held = new CountDownLatch(1);
        cluster.node(2).updatesHeld = held;
        CompletableFuture<Stored> writing;
        CompletableFuture<Reply> reading;
        try {
            writing = writer.replicated.cas(key, found(writer, key), bytes("new"), 0);
            GridCluster.until(
                    "one of the others knows", () -> text(cluster.node(1), key).equals("new"));
            reading = writer.replicated.gets(key);
            assertFalse(writing.isDone() || reading.isDone());
        } finally {
            cluster.node(2).updatesHeld = null;
            held.countDown();
        }
        assertEquals(Outcome.OK, writing.join().outcome());
        Reply.Found read = assertInstanceOf(Reply.Found.class, reading.join());
        assertEquals("new", new String(read.value(), StandardCharsets.UTF_8));
        assertAllHave(key, "new", "afterwards");
    }

    @Test
    void doesNotSayDoneBeforeAllKnow() throws Exception {
        String key = cluster.node(1).keyOf("s:/done:");
        CountDownLatch held = new CountDownLatch(1);
        cluster.node(2).updatesHeld = held;
        Node writer = cluster.node(0);
        try {
            Stored stored = writer.replicated.add(key, bytes("value"), 0).get(10, TimeUnit.SECONDS);
            assertEquals(Outcome.UNKNOWN, stored.outcome());
            assertInstanceOf(Reply.Unknown.class, writer.replicated.gets(key).get(10, TimeUnit.SECONDS));
        } finally {
            cluster.node(2).updatesHeld = null;
            held.countDown();
        }
        GridCluster.until(
                "the writer goes by it", () -> writer.replicated.gets(key).join() instanceof Reply.Found);
        cluster.nodes().forEach(node -> assertEquals("value", text(node, key)));
    }

    /** The owner answers too late: the change is made after all. */
    @Test
    void nobodyHasAnythingOlderThanAnyoneReadsAfterAnAnswerWasLost() throws Exception {
        Node owner = cluster.node(0);
        Node writer = cluster.node(1);
        Node other = cluster.node(2);
        for (int i = 0; i < 2; i++) {
            String key = owner.keyOf("s:/lost" + i + ":");
            add(other, key, "old");
            cluster.nodes().forEach(node -> assertEquals("old", text(node, key)));
            CountDownLatch held = new CountDownLatch(1);
            owner.ownerHeld = held;
            try {
                Stored lost = writer.replicated
                        .cas(key, found(writer, key), bytes("new"), 0)
                        .get(10, TimeUnit.SECONDS);
                assertEquals(Outcome.UNKNOWN, lost.outcome());
                assertFalse(writer.replicated.gets(key).get(10, TimeUnit.SECONDS) instanceof Reply.Found);
            } finally {
                owner.ownerHeld = null;
                held.countDown();
            }
            GridCluster.until("the change is made", () -> ownerHas(owner, key, "new"));
            GridCluster.until("the writer reads it", () -> "new".equals(textOrNull(writer, key)));
            GridCluster.until("the other one reads it", () -> "new".equals(textOrNull(other, key)));
            cluster.nodes().forEach(node -> assertEquals("new", text(node, key)));
        }
    }

    private static boolean ownerHas(Node owner, String key, String value) {
        return owner.store.gets(key).join() instanceof Reply.Found found
                && new String(found.value(), StandardCharsets.UTF_8).equals(value);
    }

    private static @Nullable String textOrNull(Node node, String key) {
        return node.replicated.gets(key).join() instanceof Reply.Found found
                ? new String(found.value(), StandardCharsets.UTF_8)
                : null;
    }

    @Test
    void whatWasRefusedIsReadAnew() {
        String key = newKey();
        add(cluster.node(0), key, "a");
        Reply.Found seen = found(cluster.node(1), key);
        assertEquals(Outcome.OK, cas(cluster.node(2), key, "b").outcome());
        assertEquals(
                Outcome.EXISTS,
                cluster.node(1).replicated.cas(key, seen, bytes("c"), 0).join().outcome());
        assertEquals(
                Outcome.NOT_STORED,
                cluster.node(1).replicated.add(key, bytes("c"), 0).join().outcome());
        cluster.nodes().forEach(node -> assertEquals("b", text(node, key)));
        assertEquals(Outcome.OK, cas(cluster.node(1), key, "c").outcome());
        cluster.nodes().forEach(node -> assertEquals("c", text(node, key)));
    }

    @Test
    void expiresEverywhere() {
        String key = newKey();
        assertEquals(
                Outcome.OK,
                cluster.node(0).replicated.add(key, bytes("short"), 1).join().outcome());
        cluster.nodes()
                .forEach(node -> GridCluster.until(
                        "it has expired", () -> node.replicated.gets(key).join() instanceof Reply.Absent));
    }

    @Test
    void oneThatJoinsHasEverythingWhileOthersWrite() {
        List<String> still = IntStream.range(0, 200).mapToObj(i -> newKey()).toList();
        List<String> moving = IntStream.range(0, 10).mapToObj(i -> newKey()).toList();
        still.forEach(key -> add(cluster.node(0), key, key));
        moving.forEach(key -> add(cluster.node(1), key, "0"));
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger written = new AtomicInteger();
        CompletableFuture<Integer> writing = OnThread.start(() -> {
            int round = 0;
            for (; !enough.get(); round++) {
                for (String key : moving) {
                    Increments.of(cluster.node(round % 3).replicated, key, 1, written);
                }
            }
            return round;
        });
        Node late = cluster.join();
        try {
            GridCluster.until("it has everything", late.replicated::hasAll);
            int until = written.get() + 100;
            GridCluster.until("others have written on", () -> written.get() > until);
            enough.set(true);
            int rounds = writing.join();
            cluster.settle();
            long before = asked();
            still.forEach(key -> assertEquals(key, text(late, key)));
            assertEquals(before, asked(), "the owner was asked");
            for (String key : moving) {
                int counted = Integer.parseInt(text(late, key));
                assertTrue(counted >= rounds, counted + " of " + rounds);
                cluster.nodes().forEach(node -> assertEquals(Integer.toString(counted), text(node, key)));
            }
        } finally {
            enough.set(true);
            late.leave();
            cluster.gone(late);
        }
        cluster.settle();
        moving.forEach(key ->
                cluster.nodes().forEach(node -> assertEquals(text(cluster.node(0), key), text(node, key))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void losesNothingWhenOneEnds(boolean killed) {
        Node ending = cluster.join();
        cluster.settle();
        String counter = ending.keyOf("s:/ending" + killed + ":");
        add(cluster.node(0), counter, "0");
        AtomicInteger acknowledged = new AtomicInteger();
        List<CompletableFuture<Integer>> counting = IntStream.range(0, 3)
                .mapToObj(i ->
                        OnThread.start(() -> Increments.of(cluster.node(i).replicated, counter, 150, acknowledged)))
                .toList();
        GridCluster.until("a part is done", () -> acknowledged.get() > 100);
        if (killed) {
            ending.die();
        } else {
            ending.leave();
        }
        cluster.gone(ending);
        int asked = counting.stream().mapToInt(CompletableFuture::join).sum();
        int counted = Integer.parseInt(text(cluster.node(0), counter));
        assertTrue(
                acknowledged.get() <= counted && counted <= asked,
                counted + " counted, " + acknowledged + " acknowledged, " + asked + " asked");
        cluster.nodes().forEach(node -> assertEquals(Integer.toString(counted), text(node, counter)));
        Store left = ending.replicated;
        assertInstanceOf(Reply.NotSent.class, left.gets(counter).join());
        assertEquals(
                Outcome.NOT_SENT, left.add(newKey(), bytes("late"), 0).join().outcome());
        cluster.settle();
    }

    @Test
    void allHaveItSoonIfTheWriterDoesNotWait() {
        GridCluster.Node writer = cluster.join(false);
        try {
            cluster.settle();
            String key = newKey();
            CountDownLatch held = new CountDownLatch(1);
            cluster.node(2).updatesHeld = held;
            try {
                add(writer, key, "a");
                assertEquals("a", text(writer, key));
            } finally {
                cluster.node(2).updatesHeld = null;
                held.countDown();
            }
            for (int i = 0; i < 200; i++) {
                String value = "value " + i;
                assertEquals(Outcome.OK, cas(writer, key, value).outcome());
                cluster.nodes()
                        .forEach(node -> GridCluster.until("it has it", () -> value.equals(textOrNull(node, key))));
            }
        } finally {
            writer.leave();
            cluster.gone(writer);
        }
        cluster.settle();
    }
}
