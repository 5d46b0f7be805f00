package org.keepsake.node.session.repository;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.view.Belief;
import org.keepsake.node.session.view.Peers;
import org.keepsake.node.session.view.StoreViews;
import org.keepsake.node.session.view.ViewSettings;
import org.keepsake.node.store.ListedKey;
import org.keepsake.node.store.Store;

class StoreRepositoryTest {

    /** When sessions are used, in milliseconds since 1970. */
    private static final long NOW = 2;

    private final Random random = new Random(1);
    private final Schedule schedule = new Schedule(random);
    private final List<SimulatedStore> stores = new ArrayList<>();
    private final Map<String, StoreViews> views = new TreeMap<>();

    @AfterEach
    void close() {
        schedule.close();
    }

    private void stores(String... names) {
        for (String name : names) {
            boolean failover = name.endsWith("*");
            stores.add(new SimulatedStore(name.replace("*", ""), failover, schedule, random));
        }
    }

    private StoreRepository node() {
        List<MemcachedConnection> ring =
                stores.stream().map(SimulatedStore::connect).toList();
        String name = "n" + views.size();
        StoreViews view = new StoreViews(
                () -> ring,
                new Neighbours(name),
                schedule,
                random,
                RecordCodec.PLAIN,
                new ViewSettings(name, Duration.ofSeconds(30)));
        views.put(name, view);
        return new StoreRepository(
                view, Keys.of("/app", ""), RecordCodec.PLAIN, schedule, Duration.ofSeconds(5), random);
    }

    /** Every node answers at once. */
    private final class Neighbours implements Peers {

        private final String asking;

        Neighbours(String asking) {
            this.asking = asking;
        }

        @Override
        public CompletableFuture<Round> ask(String question, Duration atMost) {
            List<String> answers = new ArrayList<>();
            views.forEach((name, view) -> {
                if (!name.equals(asking)) {
                    answers.add(view.answer(question));
                }
            });
            answers.removeIf(String::isEmpty);
            return CompletableFuture.completedFuture(new Round(answers, true, true));
        }

        @Override
        public void answerWith(UnaryOperator<String> answer) {
            // They are asked directly.
        }
    }

    @Test
    void beginsSessionsWhoseKeysAreNear() {
        for (String near : List.of("07", "f", "")) {
            StoreRepository node = new StoreRepository(
                    beliefIn(near), Keys.of("/app", ""), RecordCodec.PLAIN, schedule, Duration.ofSeconds(5), random);
            for (int i = 0; i < 100; i++) {
                String last = node.newId().sid().substring(31);
                assertTrue(near.isEmpty() || near.contains(last), last);
            }
        }
    }

    /** In a store to which the sessions are near whose id ends with one of these digits. */
    private static Belief beliefIn(String near) {
        Store store = stub(
                Store.class,
                Map.of(
                        "name",
                        key -> "grid",
                        "isNear",
                        key -> near.contains(key.substring(key.indexOf('-') - 1, key.indexOf('-')))));
        return stub(Belief.class, Map.of("setting", none -> "--none", "chooseHome", none -> Optional.of(store)));
    }

    /** Answers these methods, none of which has more than one parameter, and no others. */
    private static <T> T stub(Class<T> type, Map<String, Function<String, Object>> methods) {
        Object stub = Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> Objects.requireNonNull(methods.get(method.getName()), method.getName())
                        .apply(arguments == null ? "" : (String) arguments[0]));
        return type.cast(stub);
    }

    private void play(Runnable scene) {
        AtomicBoolean over = new AtomicBoolean();
        for (StoreViews view : views.values()) {
            schedule.start(() -> repeat(over, view::tick));
            schedule.start(() -> repeat(over, view::synchronize));
        }
        schedule.start(() -> {
            schedule.pause(Duration.ofSeconds(2));
            try {
                scene.run();
            } finally {
                over.set(true);
            }
        });
        schedule.run();
    }

    private void repeat(AtomicBoolean over, Runnable task) {
        while (!over.get()) {
            task.run();
            schedule.pause(Duration.ofMillis(50));
        }
    }

    private static SessionRecord set(SessionRecord seen, String name, int value, long writer) {
        Stamp stamp = seen.stampOf(name).next(true, writer);
        return seen.with(Map.of(name, new Attribute(stamp, Attribute.INT, "", new byte[] {(byte) value})));
    }

    private static Remembered create(StoreRepository node, SessionId id) {
        return node.create(id, set(SessionRecord.created(id.toString(), 1, 1800), "x", 1, 1));
    }

    private static void expect(int value, Optional<Remembered> loaded) {
        Attribute x = loaded.orElseThrow().record().attributes().get("x");
        assertArrayEquals(new byte[] {(byte) value}, x == null ? null : x.bytes());
    }

    @Test
    void aNodeThatWakesFromAFreezeUndoesNothing() {
        stores("m1", "m2");
        StoreRepository frozen = node();
        StoreRepository other = node();
        play(() -> {
            SessionId id = frozen.newId();
            Remembered handed = create(frozen, id);
            SessionRecord seen = other.load(id, null).orElseThrow().record();
            assertTrue(other.merge(id, set(seen, "x", 2, 2), Set.of("x"), null).isPresent());
            assertTrue(frozen.merge(id, set(handed.record(), "x", 9, 99), Set.of("x"), handed)
                    .isPresent());
            expect(2, other.load(id, null));
            assertEquals(1, frozen.counts().conflicts());
        });
    }

    @Test
    void bothWritesOfDifferentAttributesStay() {
        stores("m1", "m2");
        StoreRepository a = node();
        StoreRepository b = node();
        play(() -> {
            SessionId id = a.newId();
            Remembered handed = create(a, id);
            assertTrue(b.merge(id, set(handed.record(), "b", 1, 2), Set.of("b"), null)
                    .isPresent());
            assertTrue(a.merge(id, set(handed.record(), "a", 1, 3), Set.of("a"), handed)
                    .isPresent());
            assertEquals(
                    Set.of("a", "b", "x"),
                    a.load(id, null).orElseThrow().record().attributes().keySet());
        });
    }

    @Test
    void repairsTheCopyThatIsMissingBeforeItAnswers() {
        stores("m1", "m2");
        StoreRepository node = node();
        play(() -> {
            SessionId id = node.newId();
            Remembered handed = create(node, id);
            stores.get(0).evict("s:/app:" + id);
            expect(1, node.load(id, null));
            assertTrue(stores.get(0).has(id));
            stores.get(1).evict("s:/app:" + id);
            assertTrue(node.merge(id, set(handed.record(), "x", 2, 2), Set.of("x"), handed)
                    .isPresent());
            assertTrue(stores.get(1).has(id));
        });
    }

    @Test
    void dropsASaveWhoseSessionIsGoneEverywhere() {
        stores("m1", "m2");
        StoreRepository node = node();
        play(() -> {
            SessionId id = node.newId();
            Remembered handed = create(node, id);
            stores.forEach(store -> store.evict("s:/app:" + id));
            assertTrue(node.merge(id, set(handed.record(), "x", 2, 2), Set.of("x"), handed)
                    .isEmpty());
            assertTrue(node.load(id, handed).isEmpty());
            assertFalse(stores.get(0).has(id));
            assertFalse(node.touch(id, 1800, NOW));
        });
    }

    @Test
    void aTouchThatMeetsATombstoneFindsNoSessionAndLeavesItItsLife() {
        stores("m1", "m2");
        StoreRepository node = node();
        StoreRepository other = node();
        play(() -> {
            SessionId id = node.newId();
            Remembered handed = create(node, id);
            assertTrue(other.end(id, handed.record(), 2));
            assertFalse(node.touch(id, 1800, NOW));
            for (SimulatedStore store : stores) {
                long left = IntStream.range(0, SimulatedStore.parts())
                        .mapToObj(part -> store.list(List.of("s:"), part))
                        .flatMap(List::stream)
                        .mapToLong(ListedKey::secondsLeft)
                        .sum();
                assertTrue(left > Duration.ofDays(1).toSeconds(), left + " s are left of a tombstone");
            }
        });
    }

    /** One of two stores missed what was done while it hung, and cannot be given it but by those who use the session. */
    private void missing(Operation missed, Operation then) {
        stores("m1", "m2");
        stores.forEach(store -> store.lists(false));
        StoreRepository node = node();
        play(() -> {
            SessionId id = node.newId();
            Remembered handed = create(node, id);
            stores.get(0).hang();
            schedule.pause(Duration.ofSeconds(2));
            missed.on(node, id, handed);
            stores.get(0).recover();
            schedule.pause(Duration.ofSeconds(2));
            assertEquals("m1 SYNCING, m2 CLEAN", states());
            then.on(node, id, handed);
        });
    }

    private String states() {
        return Objects.requireNonNull(views.get("n0")).describe().replaceFirst(".*: ", "");
    }

    @Test
    void aTouchBringsAStoreUpToDateThatHasMissedAWrite() {
        missing(
                (node, id, handed) -> assertTrue(node.merge(id, set(handed.record(), "x", 2, 2), Set.of("x"), handed)
                        .isPresent()),
                (node, id, handed) -> {
                    assertTrue(node.touch(id, 1800, NOW));
                    assertArrayEquals(stores.get(1).bytes(id), stores.get(0).bytes(id));
                });
    }

    @Test
    void aTouchGivesASessionToAStoreThatDoesNotHaveIt() {
        missing((node, id, handed) -> stores.get(0).evict("s:/app:" + id), (node, id, handed) -> {
            assertTrue(node.touch(id, 1800, NOW));
            assertArrayEquals(stores.get(1).bytes(id), stores.get(0).bytes(id));
        });
    }

    @Test
    void aTouchEndsASessionOnAStoreThatHasMissedItsEnd() {
        missing((node, id, handed) -> assertTrue(node.end(id, handed.record(), 2)), (node, id, handed) -> {
            assertFalse(node.touch(id, 1800, NOW));
            assertArrayEquals(stores.get(1).bytes(id), stores.get(0).bytes(id));
        });
    }

    @Test
    void oneOfTwoWhoEndASessionIsToldThatItWasTheFirst() {
        stores("m1", "m2");
        StoreRepository a = node();
        StoreRepository b = node();
        play(() -> {
            SessionId id = a.newId();
            Remembered handed = create(a, id);
            assertTrue(a.end(id, handed.record(), 5));
            assertFalse(b.end(id, handed.record(), 6));
            assertTrue(b.load(id, null).isEmpty());
            assertTrue(b.merge(id, set(handed.record(), "x", 2, 2), Set.of("x"), handed)
                    .isEmpty());
        });
    }

    @Test
    void homesNewSessionsOnFailoverStoresOnlyWhenNoOtherIsUpButKeepsTheSecondCopyThere() {
        stores("m1*", "m2");
        StoreRepository node = node();
        play(() -> {
            for (int i = 0; i < 20; i++) {
                SessionId id = node.newId();
                assertEquals("m2", id.store());
                Remembered unused = create(node, id);
                assertTrue(stores.get(0).has(id) && stores.get(1).has(id));
            }
            stores.get(1).crash();
            schedule.pause(Duration.ofSeconds(2));
            assertEquals("m1", node.newId().store());
        });
    }

    @Test
    void keepsTheSecondCopyOnTheNextStoreThatIsNoFailoverStore() {
        stores("m1", "m2", "m3*");
        StoreRepository node = node();
        play(() -> {
            for (int i = 0; i < 20; i++) {
                SessionId id = node.newId();
                Remembered unused = create(node, id);
                assertTrue(stores.get(0).has(id)
                        && stores.get(1).has(id)
                        && !stores.get(2).has(id));
            }
        });
    }

    @Test
    void goesOnWithOtherStoresWhenBothOfASessionStayAway() {
        stores("m1", "m2", "m3");
        StoreRepository node = node();
        play(() -> {
            SessionId id = new SessionId("a".repeat(32), "m1");
            Remembered unused = create(node, id);
            stores.get(0).crash();
            stores.get(1).crash();
            assertThrows(SessionsUnavailable.class, () -> node.load(id, null));
            schedule.pause(Duration.ofSeconds(31));
            assertTrue(node.load(id, null).isEmpty());
            Remembered again = create(node, id);
            assertTrue(stores.get(2).has(id));
            expect(1, node.load(id, again));
        });
    }

    @Test
    void refusesWhenNoStoreIsUp() {
        stores("m1", "m2");
        StoreRepository node = node();
        play(() -> {
            SessionId id = node.newId();
            Remembered handed = create(node, id);
            stores.forEach(SimulatedStore::crash);
            assertThrows(SessionsUnavailable.class, () -> node.load(id, handed));
            assertThrows(SessionsUnavailable.class, node::newId);
            assertThrows(SessionsUnavailable.class, () -> node.merge(id, handed.record(), Set.of(), handed));
            stores.get(0).recover();
        });
    }

    private static byte[] newer(byte[] record) {
        byte[] bytes = record.clone();
        bytes[4] = 2;
        return bytes;
    }

    /** What a node does with a session. */
    private interface Operation {
        void on(StoreRepository node, SessionId id, Remembered handed);
    }

    /** The cluster is being upgraded: another node wrote one of the copies in a format this one does not read. */
    private void leavesANewerCopyAlone(Operation operation) {
        stores("m1", "m2");
        StoreRepository node = node();
        play(() -> {
            SessionId id = node.newId();
            Remembered handed = create(node, id);
            byte[] newer = newer(handed.bytes());
            stores.get(1).put(id, newer);
            SessionTooNew refused = assertThrows(SessionTooNew.class, () -> operation.on(node, id, handed));
            assertEquals(
                    "session " + id.shortened() + ": on store m2 its record format 2 is newer than 1, the newest one"
                            + " read here; it is left as it is, upgrade this node to serve it",
                    refused.getMessage());
            assertArrayEquals(newer, stores.get(1).bytes(id));
            assertEquals(1, node.counts().newer());
            assertEquals(0, node.counts().damaged());
        });
    }

    @Test
    void aLoadLeavesANewerCopyAlone() {
        leavesANewerCopyAlone((node, id, handed) -> node.load(id, handed));
    }

    @Test
    void aSaveLeavesANewerCopyAlone() {
        leavesANewerCopyAlone(
                (node, id, handed) -> node.merge(id, set(handed.record(), "x", 2, 2), Set.of("x"), handed));
    }

    @Test
    void anEndLeavesANewerCopyAlone() {
        leavesANewerCopyAlone((node, id, handed) -> node.end(id, handed.record(), 2));
    }

    @Test
    void replacesADamagedCopyByTheGoodOne() {
        stores("m1", "m2");
        StoreRepository node = node();
        play(() -> {
            SessionId id = node.newId();
            Remembered handed = create(node, id);
            byte[] damaged = handed.bytes().clone();
            damaged[damaged.length - 1] ^= 1;
            stores.get(1).put(id, damaged);
            expect(1, node.load(id, null));
            assertArrayEquals(handed.bytes(), stores.get(1).bytes(id));
            assertEquals(1, node.counts().damaged());
        });
    }

    @Test
    void aSingleStoreKeepsASingleCopy() {
        stores("m1");
        StoreRepository node = node();
        play(() -> {
            SessionId id = node.newId();
            Remembered unused = create(node, id);
            expect(1, node.load(id, null));
        });
    }

    @Test
    void expiresAnIntervalAfterTheTimeOutAndAnEndedSessionADayLater() {
        long now = 1_700_000_000_000L;
        assertEquals(1800 + 90 + 1 + 60, Expiry.of(1800, now));
        assertEquals(0, Expiry.of(0, now));
        assertEquals(0, Expiry.of(-1, now));
        int month = 30 * 86_400;
        assertEquals(1_700_000_000 + month + month / 20 + 1 + 60, Expiry.of(month, now));
        SessionRecord session = SessionRecord.created("id", now, 1800);
        assertEquals(1800 + 90 + 60 + 86_400, Expiry.of(session.tombstone(1), now));
        assertEquals(0, Expiry.of(SessionRecord.created("id", now, -1).tombstone(1), now));
    }

    @Test
    void takesNothingButItsOwnIdsForIds() {
        String sid = "0123456789abcdef".repeat(2);
        assertEquals(sid + "-m1", SessionId.parse(sid + "-m1.A").orElseThrow().toString());
        for (String other : List.of(
                "",
                "x",
                sid,
                sid + "-",
                sid + "-m1.",
                sid + "-m 1",
                sid + "-m1.A.B",
                sid.toUpperCase(java.util.Locale.ROOT) + "-m1",
                sid + "-m1\r\nflush_all",
                "../" + sid + "-m1")) {
            assertTrue(SessionId.parse(other).isEmpty(), other);
        }
    }

    @Test
    void keepsTheKeysOfApplicationsApartAndWithinTheLimit() {
        SessionId id = new SessionId("0".repeat(32), "m".repeat(100));
        String longest = Keys.of("/ä b:".repeat(50), "2").session(id);
        assertTrue(longest.length() <= 250 && longest.matches("[!-~]+"), longest);
        assertEquals("s:/shop##2:" + id, Keys.of("/shop", "2").session(id));
        assertEquals("a:/:" + id, Keys.of("", "").lastAccess(id));
    }
}
