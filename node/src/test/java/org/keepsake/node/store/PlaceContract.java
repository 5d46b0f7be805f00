package org.keepsake.node.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every place has to do, whatever it is made of. */
abstract class PlaceContract {

    private static final String KEY = "s:/shop##2:abc-n1";
    private static final int THREADS = 8;
    private static final int ROUNDS = 200;

    private final List<Place> open = new ArrayList<>();

    Place place;

    @BeforeEach
    void openOne() throws Exception {
        place = another();
    }

    @AfterEach
    void closeAll() {
        open.forEach(Place::close);
    }

    /** Another process's view of what all places of one test share. */
    final Place another() throws Exception {
        Place another = make();
        open.add(another);
        return another;
    }

    abstract Place make() throws Exception;

    /** Returns when more than a second is over for the places. */
    abstract void passASecond() throws Exception;

    @Test
    void hasNothingAtFirst() throws Exception {
        assertEquals(Optional.empty(), place.read(KEY));
        assertFalse(place.touch(KEY, 60));
        assertEquals(Outcome.ABSENT, place.replace(KEY, 1, bytes("a"), 60).outcome());
        assertEquals(Outcome.ABSENT, place.remove(KEY, 1));
        assertEquals(List.of(), place.list(List.of("")));
    }

    @Test
    void keepsWhatIsAdded() throws Exception {
        Place.Written added = place.add(KEY, bytes("a"), 60);

        assertEquals(Outcome.OK, added.outcome());
        assertKept("a", added.version());
    }

    @Test
    void addsNothingToWhatIsThere() throws Exception {
        Place.Written first = place.add(KEY, bytes("a"), 60);

        assertEquals(Outcome.NOT_STORED, place.add(KEY, bytes("b"), 60).outcome());
        assertEquals(Outcome.NOT_STORED, another().add(KEY, bytes("c"), 0).outcome());
        assertKept("a", first.version());
    }

    @Test
    void replacesOnlyTheVersionThatWasSeen() throws Exception {
        long first = place.add(KEY, bytes("a"), 60).version();
        Place.Written second = another().replace(KEY, first, bytes("b"), 60);

        assertEquals(Outcome.OK, second.outcome());
        assertNotEquals(first, second.version());
        assertKept("b", second.version());
        assertEquals(Outcome.EXISTS, place.replace(KEY, first, bytes("c"), 60).outcome());
        assertKept("b", second.version());
    }

    @Test
    void setsWhateverIsThere() throws Exception {
        Place.Written first = place.set(KEY, bytes("a"), 60);
        assertKept("a", first.version());

        Place.Written second = another().set(KEY, bytes("b"), 60);
        assertKept("b", second.version());
        assertNotEquals(first.version(), second.version());
    }

    @Test
    void removesOnlyTheVersionThatWasSeen() throws Exception {
        long first = place.add(KEY, bytes("a"), 60).version();
        long second = place.replace(KEY, first, bytes("b"), 60).version();

        assertEquals(Outcome.EXISTS, place.remove(KEY, first));
        assertKept("b", second);
        assertEquals(Outcome.OK, another().remove(KEY, second));
        assertEquals(Optional.empty(), place.read(KEY));
        assertEquals(Outcome.ABSENT, place.remove(KEY, second));
        assertEquals(Outcome.OK, place.add(KEY, bytes("c"), 60).outcome());
    }

    @Test
    void keepsForAsLongAsItWasTold() throws Exception {
        long version = place.add(KEY, bytes("a"), 1).version();
        place.add("for:ever", bytes("b"), 0);
        place.add("long", bytes("c"), 60);
        passASecond();

        assertEquals(Optional.empty(), place.read(KEY));
        assertFalse(place.touch(KEY, 60));
        assertEquals(Outcome.ABSENT, place.replace(KEY, version, bytes("d"), 60).outcome());
        assertEquals(Outcome.ABSENT, place.remove(KEY, version));
        assertEquals(List.of("for:ever", "long"), listed(""));
        assertTrue(place.read("for:ever").isPresent());
    }

    @Test
    void keepsTheVersionOfWhatIsTouched() throws Exception {
        long version = place.add(KEY, bytes("a"), 1).version();

        assertTrue(another().touch(KEY, 60));
        passASecond();

        assertKept("a", version);
        assertEquals(Outcome.OK, place.replace(KEY, version, bytes("b"), 60).outcome());
    }

    @Test
    void endsWhatIsTouchedForLess() throws Exception {
        place.add(KEY, bytes("a"), 0);

        assertTrue(place.touch(KEY, 1));
        passASecond();

        assertEquals(Optional.empty(), place.read(KEY));
    }

    @Test
    void takesWhatWasSeenBeforeForNoVersionOfWhatCameAnew() throws Exception {
        long old = place.add(KEY, bytes("a"), 1).version();
        passASecond();
        Place.Written anew = another().add(KEY, bytes("b"), 60);

        assertEquals(Outcome.OK, anew.outcome());
        assertEquals(Outcome.EXISTS, place.replace(KEY, old, bytes("c"), 60).outcome());
        assertEquals(Outcome.EXISTS, place.remove(KEY, old));
        assertKept("b", anew.version());
    }

    @Test
    void setsWhatHasExpired() throws Exception {
        place.add(KEY, bytes("a"), 1);
        passASecond();

        assertKept("b", place.set(KEY, bytes("b"), 60).version());
    }

    @Test
    void purgesWhatHasExpiredAndNothingElse() throws Exception {
        for (int i = 0; i < 30; i++) {
            place.add("short" + i, bytes("a"), 1);
            place.add("long" + i, bytes("b"), 60);
        }
        passASecond();

        place.purge();

        assertEquals(30, listed("").size());
        for (int i = 0; i < 30; i++) {
            assertTrue(place.read("long" + i).isPresent());
            assertEquals(Outcome.OK, place.add("short" + i, bytes("c"), 60).outcome());
        }
    }

    @Test
    void listsWhatBeginsWithOneOfThePrefixes() throws Exception {
        List<String> keys = List.of(
                "s:/shop##2:abc-jdbc",
                "s:/shop:abc-jdbc",
                "S:/shop:abc",
                "s%",
                "s_x",
                "sax",
                "s!",
                "s\\",
                "~",
                "!",
                "s'\"");
        for (String key : keys) {
            assertEquals(Outcome.OK, place.add(key, bytes(key), 60).outcome(), key);
        }

        assertEquals(keys.stream().sorted().toList(), listed(""));
        assertEquals(List.of("s:/shop##2:abc-jdbc", "s:/shop:abc-jdbc"), listed("s:/shop"));
        assertEquals(List.of("s%"), listed("s%"));
        assertEquals(List.of("s_x"), listed("s_"));
        assertEquals(List.of("s!"), listed("s!"));
        assertEquals(List.of("s\\"), listed("s\\"));
        assertEquals(List.of("S:/shop:abc", "sax"), listed("sa", "S"));
        assertEquals(List.of(), listed("t"));
        for (String key : keys) {
            assertArrayEquals(bytes(key), place.read(key).orElseThrow().value());
        }
    }

    @Test
    void saysHowLongWhatItListsWillBeThere() throws Exception {
        place.add("ever", bytes("a"), 0);
        place.add("minutes", bytes("a"), 600);
        place.add("moment", bytes("a"), 1);

        for (ListedKey listed : place.list(List.of(""))) {
            switch (listed.key()) {
                case "ever" -> assertEquals(0, listed.secondsLeft());
                case "minutes" ->
                    assertTrue(listed.secondsLeft() > 590 && listed.secondsLeft() <= 600, listed.toString());
                default -> assertEquals(1, listed.secondsLeft());
            }
        }
    }

    @Test
    void keepsValuesOfAnySize() throws Exception {
        for (int size : new int[] {0, 1, 255, 256, 257, 8_000, 70_000, 1 << 20, 5 << 20}) {
            byte[] value = new byte[size];
            new Random(size).nextBytes(value);
            assertEquals(Outcome.OK, place.set(KEY, value, 60).outcome());
            assertArrayEquals(value, another().read(KEY).orElseThrow().value());
        }
        assertTrue(place.maxItemSize() >= 5 << 20);
    }

    @Test
    void losesNoUpdateOfThreads() throws Exception {
        place.add(KEY, bytes("0"), 60);

        runAtOnce(THREADS, () -> increment(place, ROUNDS));

        assertEquals(THREADS * ROUNDS, number());
    }

    @Test
    void losesNoUpdateOfTwoProcesses() throws Exception {
        Place other = another();
        AtomicInteger next = new AtomicInteger();
        place.add(KEY, bytes("0"), 60);

        runAtOnce(THREADS, () -> increment(next.getAndIncrement() % 2 == 0 ? place : other, ROUNDS));

        assertEquals(THREADS * ROUNDS, number());
    }

    private static Void increment(Place place, int times) throws Exception {
        for (int done = 0; done < times; ) {
            Place.Kept seen = place.read(KEY).orElseThrow();
            byte[] next = bytes(Integer.toString(number(seen) + 1));
            if (place.replace(KEY, seen.version(), next, 60).outcome() == Outcome.OK) {
                done++;
            }
        }
        return null;
    }

    @Test
    void addsAKeyOnceHoweverManyTry() throws Exception {
        Place other = another();
        for (int round = 0; round < 20; round++) {
            String key = "round" + round;
            AtomicInteger next = new AtomicInteger();
            List<Outcome> outcomes = runAtOnce(
                    THREADS,
                    () -> (next.getAndIncrement() % 2 == 0 ? place : other)
                            .add(key, bytes("a"), 60)
                            .outcome());

            assertEquals(1, Collections.frequency(outcomes, Outcome.OK), outcomes.toString());
            assertEquals(THREADS - 1, Collections.frequency(outcomes, Outcome.NOT_STORED), outcomes.toString());
        }
    }

    @Test
    void renewsAnExpiredKeyOnceHoweverManyTry() throws Exception {
        for (int i = 0; i < 20; i++) {
            place.add("round" + i, bytes("a"), 1);
        }
        passASecond();

        for (int i = 0; i < 20; i++) {
            String key = "round" + i;
            List<Outcome> outcomes =
                    runAtOnce(THREADS, () -> place.add(key, bytes("a"), 60).outcome());
            assertEquals(1, Collections.frequency(outcomes, Outcome.OK), outcomes.toString());
        }
    }

    /** As locks are taken and given back. */
    @Test
    void letsOneHaveWhatManyAddAndRemove() throws Exception {
        AtomicInteger holders = new AtomicInteger();
        Place other = another();
        AtomicInteger next = new AtomicInteger();

        runAtOnce(THREADS, () -> {
            Place mine = next.getAndIncrement() % 2 == 0 ? place : other;
            for (int done = 0; done < 30; ) {
                Place.Written lock = mine.add("lock", bytes("mine"), 60);
                if (lock.outcome() == Outcome.OK) {
                    assertEquals(1, holders.incrementAndGet());
                    holders.decrementAndGet();
                    assertEquals(Outcome.OK, mine.remove("lock", lock.version()));
                    done++;
                }
            }
            return null;
        });
    }

    @Test
    void setsAKeyWhateverOthersDoToIt() throws Exception {
        runAtOnce(THREADS, () -> {
            for (int i = 0; i < 30; i++) {
                Place.Written set = place.set(KEY, bytes("a"), 60);
                assertEquals(Outcome.OK, set.outcome());
                Outcome removed = place.remove(KEY, set.version());
                assertTrue(removed == Outcome.OK || removed == Outcome.EXISTS || removed == Outcome.ABSENT);
            }
            return null;
        });
    }

    /** Names that change while a directory is read, and values that are replaced while they are sent. */
    @Test
    void alwaysFindsWhatIsReplacedAndTouchedAllTheTime() throws Exception {
        byte[] value = new byte[100_000];
        place.add(KEY, value, 60);
        Place writer = another();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> touching = threads.submit(() -> {
                for (int i = 0; i < 500; i++) {
                    assertTrue(writer.touch(KEY, 60 + i));
                }
                return null;
            });
            Future<?> replacing = threads.submit(() -> {
                for (int i = 0; i < 200; i++) {
                    byte[] next = value.clone();
                    Arrays.fill(next, (byte) i);
                    long seen = writer.read(KEY).orElseThrow().version();
                    assertEquals(Outcome.OK, writer.replace(KEY, seen, next, 60).outcome());
                }
                return null;
            });
            while (!touching.isDone() || !replacing.isDone()) {
                byte[] read = place.read(KEY).orElseThrow().value();
                assertEquals(value.length, read.length);
                assertEquals(read[0], read[value.length - 1]);
                assertEquals(List.of(KEY), listed("s:"));
            }
            touching.get();
            replacing.get();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void answersProbes() throws Exception {
        place.probe();
        assertFalse(place.describe().isEmpty());
    }

    static <T> List<T> runAtOnce(int count, Callable<T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(Collections.nCopies(count, work))) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private void assertKept(String value, long version) throws Exception {
        Place.Kept kept = place.read(KEY).orElseThrow();
        assertArrayEquals(bytes(value), kept.value());
        assertEquals(version, kept.version());
    }

    final List<String> listed(String... prefixes) throws Exception {
        return place.list(List.of(prefixes)).stream()
                .map(ListedKey::key)
                .sorted()
                .toList();
    }

    private int number() throws Exception {
        return number(place.read(KEY).orElseThrow());
    }

    private static int number(Place.Kept kept) {
        return Integer.parseInt(new String(kept.value(), StandardCharsets.US_ASCII));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
