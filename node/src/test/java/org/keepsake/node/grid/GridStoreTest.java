package org.keepsake.node.grid;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keepsake.node.store.Exptime;
import org.keepsake.node.store.ListedKey;
import org.keepsake.node.store.Listing;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Store;
import org.keepsake.node.store.Stored;

/** What a store is held to, with one member and with three; and what comes of members that end. */
class GridStoreTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static GridCluster alone;
    private static GridCluster three;
    private static final AtomicInteger KEYS = new AtomicInteger();

    @BeforeAll
    static void start() {
        CompletableFuture<GridCluster> starting = CompletableFuture.supplyAsync(() -> GridCluster.of(1, TIMEOUT));
        three = GridCluster.of(3, TIMEOUT);
        alone = starting.join();
    }

    @AfterAll
    static void stop() {
        alone.close();
        three.close();
    }

    static List<GridStore> stores() {
        return List.of(alone.node(0).store, three.node(0).store, three.node(1).store);
    }

    private static String newKey() {
        return "s:/app:" + KEYS.incrementAndGet() + "-grid";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Reply.Found found(Store store, String key) {
        return assertInstanceOf(Reply.Found.class, store.gets(key).join());
    }

    private static String text(Store store, String key) {
        return new String(found(store, key).value(), StandardCharsets.UTF_8);
    }

    private static Outcome add(Store store, String key, String value, int expiry) {
        return store.add(key, bytes(value), expiry).join().outcome();
    }

    private static Stored cas(Store store, String key, Reply.Found seen, String value, int expiry) {
        return store.cas(key, seen, bytes(value), expiry).join();
    }

    private static void assertAbsent(Store store, String key) {
        assertInstanceOf(Reply.Absent.class, store.gets(key).join());
    }

    @ParameterizedTest
    @MethodSource("stores")
    void addsOnlyWhatIsNotThere(Store store) {
        String key = newKey();
        assertAbsent(store, key);
        Stored stored = store.add(key, bytes("first"), 0).join();
        assertEquals(Outcome.OK, stored.outcome());
        assertEquals(found(store, key).cas(), stored.cas());
        assertEquals(found(store, key).epoch(), stored.epoch());
        assertEquals(Outcome.NOT_STORED, add(store, key, "second", 0));
        assertEquals("first", text(store, key));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void replacesOnlyWhatWasSeen(Store store) {
        String key = newKey();
        assertEquals(Outcome.OK, add(store, key, "first", 0));
        Reply.Found first = found(store, key);
        Stored second = cas(store, key, first, "second", 0);
        assertEquals(Outcome.OK, second.outcome());
        assertEquals(second.cas(), found(store, key).cas());
        assertNotEquals(first.cas(), second.cas());
        assertEquals(Outcome.EXISTS, cas(store, key, first, "third", 0).outcome());
        assertEquals("second", text(store, key));
        assertEquals(Outcome.ABSENT, cas(store, newKey(), first, "third", 0).outcome());
    }

    @ParameterizedTest
    @MethodSource("stores")
    void setsWhateverWasThere(Store store) {
        String key = newKey();
        assertEquals(Outcome.OK, store.set(key, bytes("one"), 0).join().outcome());
        assertEquals(Outcome.OK, store.set(key, bytes("two"), 0).join().outcome());
        assertEquals("two", text(store, key));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void removesWhatExpiresAtOnce(Store store) {
        for (int atOnce : new int[] {Exptime.AT_ONCE, -1}) {
            String key = newKey();
            assertEquals(Outcome.OK, add(store, key, "there", 0));
            assertEquals(
                    Outcome.OK,
                    cas(store, key, found(store, key), "gone", atOnce).outcome());
            assertAbsent(store, key);
            assertEquals(Outcome.OK, add(store, key, "there again", 0));
            assertEquals(
                    Outcome.OK, store.set(key, bytes("gone"), atOnce).join().outcome());
            assertAbsent(store, key);
            assertEquals(Outcome.OK, add(store, key, "never there", atOnce));
            assertAbsent(store, key);
        }
    }

    @ParameterizedTest
    @MethodSource("stores")
    void removesWhatIsTouchedToExpireAtOnce(Store store) {
        String key = newKey();
        assertEquals(Outcome.OK, add(store, key, "there", 0));
        assertEquals(Outcome.OK, store.touch(key, Exptime.AT_ONCE).join());
        assertAbsent(store, key);
        assertEquals(Outcome.ABSENT, store.touch(key, Exptime.AT_ONCE).join());
    }

    @ParameterizedTest
    @MethodSource("stores")
    void keepsValueAndCasIdOfWhatIsTouched(Store store) {
        String key = newKey();
        assertEquals(Outcome.ABSENT, store.touch(key, 100).join());
        assertEquals(Outcome.OK, add(store, key, "value", 0));
        Reply.Found before = found(store, key);
        assertEquals(Outcome.OK, store.touch(key, 100).join());
        assertEquals(before.cas(), found(store, key).cas());
        assertArrayEquals(before.value(), found(store, key).value());
        assertEquals(Outcome.OK, cas(store, key, before, "next", 0).outcome());
    }

    @Test
    void isNearWhatItOwns() {
        for (GridCluster.Node node : three.nodes()) {
            String key = node.keyOf("s:/near:");
            three.nodes().forEach(other -> assertEquals(other == node, other.store.isNear(key)));
        }
    }

    @Test
    void expiresWhatHasASecondToLiveAndNotWhatWasTouched() {
        List<String> gone = new ArrayList<>();
        String touched = newKey();
        long start = System.nanoTime();
        for (Store store : stores()) {
            String added = newKey();
            assertEquals(Outcome.OK, add(store, added, "short", 2));
            gone.add(added);
            String shortened = newKey();
            assertEquals(Outcome.OK, add(store, shortened, "long", 100));
            assertEquals(Outcome.OK, store.touch(shortened, 2).join());
            gone.add(shortened);
        }
        Store store = three.node(2).store;
        assertEquals(Outcome.OK, add(store, touched, "kept", 2));
        assertEquals(Outcome.OK, store.touch(touched, 100).join());
        for (int i = 0; i < gone.size(); i++) {
            Store asked = stores().get(i / 2);
            String key = gone.get(i);
            GridCluster.until(key + " is gone", () -> asked.gets(key).join() instanceof Reply.Absent);
        }
        assertTrue(System.nanoTime() - start >= Duration.ofSeconds(1).toNanos(), "gone too early");
        assertEquals("kept", text(store, touched));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void listsKeysByTheirBeginningsWithTheSecondsTheyHaveLeft(Store store) {
        String prefix = "list" + KEYS.incrementAndGet();
        for (int i = 0; i < 50; i++) {
            assertEquals(Outcome.OK, add(store, prefix + ":a:" + i, "value", 0));
            assertEquals(Outcome.OK, add(store, prefix + ":b:" + i, "value", 1_000 + i));
            assertEquals(Outcome.OK, add(store, prefix + ":c:" + i, "value", 0));
        }
        assertEquals(Outcome.OK, store.touch(prefix + ":a:7", 77).join());
        Map<String, Long> listed = list(store, prefix + ":a:", prefix + ":b:");
        assertEquals(100, listed.size());
        assertEquals(0, listed.get(prefix + ":a:1"));
        assertTrue(Math.abs(listed.getOrDefault(prefix + ":a:7", -1L) - 72) <= 5, "" + listed);
        assertTrue(Math.abs(listed.getOrDefault(prefix + ":b:49", -1L) - 1044) <= 5, "" + listed);
        assertEquals(Map.of(), list(store, prefix + ":d"));
    }

    private static Map<String, Long> list(Store store, String... prefixes) {
        Listing.Keys keys = assertInstanceOf(
                Listing.Keys.class, store.list(List.of(prefixes)).join());
        return keys.keys().stream().collect(Collectors.toMap(ListedKey::key, ListedKey::secondsLeft));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void takesEveryKeyOfTheProtocol(Store store) {
        String most = newKey();
        for (String key : List.of(
                newKey() + "/../%2F##1:~!$&'()*+,;=@[]{}|\\^`\"<>?", "k", most + "x".repeat(250 - most.length()))) {
            assertEquals(Outcome.OK, store.set(key, bytes(key), 0).join().outcome());
            assertEquals(key, text(store, key));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with a space", "with\ttab", "with\r\nlines", "ä", "\u007f", "LONG"})
    void refusesOtherKeys(String text) {
        String key = text.equals("LONG") ? "x".repeat(251) : text;
        for (Store store : stores()) {
            assertInstanceOf(Reply.Refused.class, store.gets(key).join());
            assertEquals(Outcome.REFUSED, add(store, key, "value", 0));
            assertEquals(Outcome.REFUSED, store.set(key, bytes(""), 0).join().outcome());
            assertEquals(Outcome.REFUSED, store.touch(key, 0).join());
            assertEquals(
                    Outcome.REFUSED,
                    cas(store, key, new Reply.Found(bytes(""), 1, 1), "value", 0)
                            .outcome());
        }
    }

    @ParameterizedTest
    @MethodSource("stores")
    void takesEmptyAndBigValuesAndRefusesWhatIsTooLarge(Store store) {
        String key = newKey();
        assertEquals(Outcome.OK, add(store, key, "", 0));
        assertEquals("", text(store, key));
        byte[] big = new byte[3_000_000];
        new Random(5).nextBytes(big);
        assertEquals(
                Outcome.OK, store.cas(key, found(store, key), big, 0).join().outcome());
        assertArrayEquals(big, found(store, key).value());
        byte[] tooLarge = new byte[(int) store.maxItemSize() + 1];
        assertEquals(Outcome.REFUSED, store.set(key, tooLarge, 0).join().outcome());
        assertArrayEquals(big, found(store, key).value());
    }

    @ParameterizedTest
    @MethodSource("stores")
    void readsSeveralInTheOrderOfTheKeys(Store store) {
        String one = newKey();
        String other = newKey();
        assertEquals(Outcome.OK, add(store, one, "one", 0));
        assertEquals(Outcome.OK, add(store, other, "other", 0));
        List<Reply> replies = store.gets(List.of(other, newKey(), one)).join();
        assertArrayEquals(bytes("other"), ((Reply.Found) replies.get(0)).value());
        assertInstanceOf(Reply.Absent.class, replies.get(1));
        assertArrayEquals(bytes("one"), ((Reply.Found) replies.get(2)).value());
    }

    @Test
    void allMembersSeeTheSame() {
        String key = newKey();
        assertEquals(Outcome.OK, add(three.node(0).store, key, "a", 0));
        assertEquals(Outcome.NOT_STORED, add(three.node(1).store, key, "b", 0));
        Reply.Found seen = found(three.node(1).store, key);
        assertEquals(Outcome.OK, cas(three.node(1).store, key, seen, "b", 0).outcome());
        assertEquals(Outcome.EXISTS, cas(three.node(2).store, key, seen, "c", 0).outcome());
        three.nodes().forEach(node -> assertEquals("b", text(node.store, key)));
    }

    @Test
    void sendsNothingWhileItIsOutOfTouch() {
        GridCluster.Node cutOff = three.node(0);
        String key = newKey();
        assertEquals(Outcome.OK, add(cutOff.store, key, "before", 0));
        Reply.Found seen = found(cutOff.store, key);
        cutOff.inTouch = false;
        try {
            assertEquals(false, cutOff.store.up());
            assertInstanceOf(Reply.NotSent.class, cutOff.store.gets(key).join());
            assertEquals(Outcome.NOT_SENT, add(cutOff.store, newKey(), "x", 0));
            assertEquals(Outcome.NOT_SENT, cas(cutOff.store, key, seen, "x", 0).outcome());
            assertEquals(
                    Outcome.NOT_SENT,
                    cutOff.store.set(key, bytes("x"), 0).join().outcome());
            assertEquals(Outcome.NOT_SENT, cutOff.store.touch(key, 1).join());
            assertInstanceOf(
                    Listing.Failed.class, cutOff.store.list(List.of("nothing")).join());
        } finally {
            cutOff.inTouch = true;
        }
        assertEquals("before", text(cutOff.store, key));
        assertEquals(seen.cas(), found(cutOff.store, key).cas());
    }

    @Test
    void anOwnerThatIsOutOfTouchSaysAndDoesNothing() {
        GridCluster.Node owner = three.node(1);
        Store store = three.node(0).store;
        String key = owner.keyOf("s:/owned:");
        String other = owner.keyOf("s:/owned-as-well:");
        assertEquals(Outcome.OK, add(store, key, "before", 0));
        Reply.Found seen = found(store, key);
        owner.inTouch = false;
        try {
            assertInstanceOf(Reply.Unknown.class, store.gets(key).join());
            assertEquals(Outcome.UNKNOWN, add(store, other, "x", 0));
            assertEquals(Outcome.UNKNOWN, cas(store, key, seen, "x", 0).outcome());
            assertEquals(Outcome.UNKNOWN, store.set(key, bytes("x"), 0).join().outcome());
            assertEquals(Outcome.UNKNOWN, store.touch(key, Exptime.AT_ONCE).join());
            assertInstanceOf(
                    Listing.Failed.class, store.list(List.of("s:/owned:")).join());
        } finally {
            owner.inTouch = true;
        }
        assertEquals("before", text(store, key));
        assertEquals(seen.cas(), found(store, key).cas());
        assertAbsent(store, other);
    }

    @Test
    void answersUnknownAboutWhatIsNoValue() {
        GridCluster.Node node = three.node(0);
        String key = newKey();
        node.hazelcast.getMap("keepsake.sessions").set(key, new byte[3]);
        try {
            assertInstanceOf(Reply.Unknown.class, node.store.gets(key).join());
        } finally {
            node.hazelcast.getMap("keepsake.sessions").delete(key);
        }
        assertAbsent(node.store, key);
    }

    @Test
    void losesNoneOfManyIncrements() {
        String key = newKey();
        assertEquals(Outcome.OK, add(three.node(0).store, key, "0", 0));
        List<CompletableFuture<Integer>> counting = IntStream.range(0, 8)
                .mapToObj(i -> OnThread.start(() -> Increments.of(three.node(i % 3).store, key, 200)))
                .toList();
        assertEquals(1_600, counting.stream().mapToInt(CompletableFuture::join).sum());
        three.nodes().forEach(node -> assertEquals("1600", text(node.store, key)));
    }

    @Test
    void losesNothingThatWasAcknowledgedWhenTheOwnerDies() {
        GridCluster.Node owner = three.join();
        three.settle();
        String counter = owner.keyOf("s:/counter:");
        String permanent = owner.keyOf("s:/permanent:");
        String expiring = owner.keyOf("s:/expiring:");
        String touched = owner.keyOf("s:/touched:");
        Store survivor = three.node(0).store;
        assertEquals(Outcome.OK, add(survivor, counter, "0", 0));
        assertEquals(Outcome.OK, add(survivor, permanent, "kept", 0));
        Reply.Found before = found(survivor, permanent);
        AtomicInteger acknowledged = new AtomicInteger();
        List<CompletableFuture<Integer>> counting = IntStream.range(0, 4)
                .mapToObj(i -> OnThread.start(() -> Increments.of(three.node(i % 3).store, counter, 300, acknowledged)))
                .toList();
        GridCluster.until("a part is done", () -> acknowledged.get() > 200);
        assertEquals(Outcome.OK, add(survivor, touched, "kept", 3));
        assertEquals(Outcome.OK, survivor.touch(touched, 1_000).join());
        assertEquals(Outcome.OK, add(survivor, expiring, "short", 3));
        owner.die();
        three.gone(owner);
        int asked = counting.stream().mapToInt(CompletableFuture::join).sum();
        int counted = Integer.parseInt(text(survivor, counter));
        assertTrue(
                acknowledged.get() <= counted && counted <= asked,
                counted + " counted, " + acknowledged + " acknowledged, " + asked + " asked");
        assertEquals(before.cas(), found(survivor, permanent).cas());
        assertEquals("kept", text(survivor, permanent));
        GridCluster.until(
                "it expires on the backup", () -> survivor.gets(expiring).join() instanceof Reply.Absent);
        assertEquals("kept", text(survivor, touched));
        three.settle();
    }

    @Test
    void handsOverWhatItHasWhenItLeaves() {
        GridCluster.Node leaving = three.join();
        three.settle();
        Map<String, Long> versions = IntStream.range(0, 300)
                .mapToObj(i -> "s:/handed:" + i)
                .collect(Collectors.toMap(
                        key -> key,
                        key -> leaving.store.add(key, bytes(key), 1_000).join().cas()));
        leaving.leave();
        three.gone(leaving);
        versions.forEach((key, version) -> {
            Reply.Found found = found(three.node(0).store, key);
            assertEquals(version, found.cas());
            assertEquals(key, new String(found.value(), StandardCharsets.UTF_8));
        });
        assertEquals(300, list(three.node(0).store, "s:/handed:").size());
        assertInstanceOf(Reply.NotSent.class, leaving.store.gets("s:/handed:1").join());
        assertEquals(Outcome.NOT_SENT, add(leaving.store, newKey(), "late", 0));
        assertInstanceOf(Listing.Failed.class, leaving.store.list(List.of("s:")).join());
        three.settle();
    }
}
