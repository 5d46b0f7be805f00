package org.keepsake.node.grid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicasTest {

    private static final String KEY = "s:/app:1-m";
    private static final long NOW = 1_000_000;
    private static final long MINUTE = 60_000;

    private final Replicas replicas = new Replicas();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String value(long version) {
        return version == 0 ? "" : "value " + version + " of it";
    }

    /** Of versions that follow each other. */
    private static GridUpdate update(long before, long version) {
        return update(before, version, 0);
    }

    private static GridUpdate update(long before, long version, long expiry) {
        return GridUpdate.of(KEY, before, bytes(value(before)), version, bytes(value(version)), expiry);
    }

    private void told(long before, long version) {
        replicas.changedThere(update(before, version), 1, NOW);
    }

    private void fetchedNow(long version, long expiry) {
        replicas.fetched(KEY, replicas.fetching(KEY, 1, NOW), new GridValue(version, expiry, bytes(value(version))));
    }

    private @Nullable String get(long generation, long now) {
        Replicas.Found found = replicas.get(KEY, generation, now);
        return found == null ? null : new String(found.value(), StandardCharsets.UTF_8);
    }

    private void assertHas(long version) {
        Replicas.Found found = replicas.get(KEY, 1, NOW);
        assertNotNull(found);
        assertEquals(version, found.version());
        assertEquals(value(version), new String(found.value(), StandardCharsets.UTF_8));
    }

    private void assertUnknown() {
        assertNull(replicas.get(KEY, 1, NOW));
    }

    @Test
    void followsUpdatesInTheirOrder() {
        told(0, 1);
        assertHas(1);
        told(1, 2);
        told(2, 3);
        assertHas(3);
    }

    @Test
    void followsUpdatesOfWhatItHasFetched() {
        fetchedNow(5, 0);
        assertHas(5);
        told(5, 6);
        assertHas(6);
    }

    @Test
    void goesOnWithWhatItsOwnerStillHasInTheNextGeneration() {
        told(0, 1);
        assertNull(get(2, NOW));
        assertTrue(replicas.confirm(KEY, 1, NOW + MINUTE, 2));
        assertEquals(value(1), get(2, NOW));
        assertNull(get(2, NOW + MINUTE));
        replicas.changedThere(update(1, 2), 2, NOW);
        assertEquals(value(2), get(2, NOW));
    }

    @Test
    void doesNotGoOnWithWhatItsOwnerHasNoMoreInTheNextGeneration() {
        told(0, 1);
        assertFalse(replicas.confirm(KEY, 2, 0, 2));
        assertNull(get(2, NOW));
    }

    @Test
    void doesNotGoOnWithWhatItsOwnerHadBeforeMoreWasTold() {
        told(0, 1);
        replicas.changedThere(update(1, 2), 2, NOW);
        assertFalse(replicas.confirm(KEY, 1, 0, 2));
        assertNull(get(2, NOW));
    }

    @Test
    void doesNotKnowWhatItHeardOfInAnotherOrder() {
        told(0, 1);
        told(2, 3);
        assertUnknown();
        told(1, 2);
        assertUnknown();
        fetchedNow(3, 0);
        assertHas(3);
    }

    @Test
    void doesNotBelieveAnAddThatComesAfterALaterUpdate() {
        told(1, 2);
        told(0, 1);
        assertUnknown();
    }

    @Test
    void doesNotBelieveALateAddWhenTheOwnerDidNotAnswerMeanwhile() {
        told(1, 2);
        replicas.notFetched(KEY, replicas.fetching(KEY, 1, NOW));
        told(0, 1);
        assertUnknown();
    }

    @Test
    void doesNotBelieveALateAddWhenItHasLetGoOfWhatFollowed() {
        fetchedNow(2, NOW + 10);
        replicas.purge(1, NOW + 10);
        told(0, 1);
        assertUnknown();
        fetchedNow(2, 0);
        replicas.purge(2, NOW);
        replicas.changedThere(update(0, 1), 2, NOW);
        assertNull(get(2, NOW));
    }

    @Test
    void doesNotBelieveWhatWasFetchedWhileItHeardOfAnUpdate() {
        Object fetching = replicas.fetching(KEY, 1, NOW);
        told(1, 2);
        replicas.fetched(KEY, fetching, new GridValue(1, 0, bytes(value(1))));
        assertUnknown();
    }

    @Test
    void doesNotBelieveAnAddWhileItFetches() {
        Object fetching = replicas.fetching(KEY, 1, NOW);
        told(0, 1);
        assertUnknown();
        replicas.fetched(KEY, fetching, new GridValue(1, 0, bytes(value(1))));
        assertUnknown();
    }

    @Test
    void believesTheLaterOfTwoFetches() {
        Object first = replicas.fetching(KEY, 1, NOW);
        Object second = replicas.fetching(KEY, 1, NOW);
        replicas.fetched(KEY, second, new GridValue(2, 0, bytes(value(2))));
        replicas.fetched(KEY, first, new GridValue(1, 0, bytes(value(1))));
        assertHas(2);
        replicas.notFetched(KEY, first);
        assertHas(2);
    }

    @Test
    void forgetsWhatItIsToldToForget() {
        told(0, 1);
        replicas.changedThere(GridUpdate.forgetting(KEY), 1, NOW);
        assertUnknown();
        Object fetching = replicas.fetching(KEY, 1, NOW);
        replicas.changedThere(GridUpdate.forgetting(KEY), 1, NOW);
        replicas.fetched(KEY, fetching, new GridValue(1, 0, bytes(value(1))));
        assertUnknown();
    }

    @Test
    void hasNothingOfAnotherGeneration() {
        told(0, 1);
        assertNull(get(2, NOW));
        replicas.changedThere(update(1, 2), 2, NOW);
        assertNull(get(2, NOW));
        assertUnknown();
        Object fetching = replicas.fetching(KEY, 1, NOW);
        replicas.fetched(KEY, fetching, new GridValue(2, 0, bytes(value(2))));
        assertNull(get(2, NOW));
        assertHas(2);
    }

    @Test
    void hasNothingThatHasExpired() {
        replicas.changedThere(update(0, 1, NOW + 10), 1, NOW);
        assertEquals(value(1), get(1, NOW + 9));
        assertNull(get(1, NOW + 10));
        replicas.changedThere(update(1, 2, NOW + 20), 1, NOW + 5);
        assertEquals(value(2), get(1, NOW + 19));
        assertNull(get(1, NOW + 20));
    }

    @Test
    void doesNotKnowWhatCannotBeMadeOfWhatItHas() {
        told(0, 1);
        byte[] longer = bytes("a value that is much longer than the one it has");
        replicas.changedThere(GridUpdate.of(KEY, 1, longer, 2, longer, 0), 1, NOW);
        assertUnknown();
    }

    @Test
    void letsGoOfWhatIsOfNoUse() {
        told(0, 1);
        replicas.purge(1, NOW);
        assertHas(1);
        replicas.purge(2, NOW);
        replicas.purge(2, NOW + MINUTE + 1);
        assertEquals(0, replicas.size());

        replicas.changedThere(update(0, 1, NOW + 10), 2, NOW);
        replicas.purge(2, NOW + 9);
        assertEquals(value(1), get(2, NOW + 9));
        replicas.purge(2, NOW + 10);
        replicas.purge(2, NOW + 10 + MINUTE + 1);
        assertEquals(0, replicas.size());

        replicas.changedThere(GridUpdate.forgetting(KEY), 2, NOW);
        replicas.purge(2, NOW + MINUTE);
        assertEquals(1, replicas.size());
        replicas.purge(2, NOW + MINUTE + 1);
        assertEquals(0, replicas.size());
    }

    @Test
    void keepsNothingOfKeysThatNobodyHas() {
        replicas.notFetched(KEY, replicas.fetching(KEY, 1, NOW));
        assertEquals(0, replicas.size());
    }

    /** What a watcher heard, as {@code before>after}. */
    private List<String> watched() {
        List<String> heard = new ArrayList<>();
        replicas.watch(
                (key, before, after) -> heard.add((before == null ? "" : new String(before, StandardCharsets.UTF_8))
                        + ">" + new String(after, StandardCharsets.UTF_8)));
        return heard;
    }

    private static String change(long before, long after) {
        return value(before) + ">" + value(after);
    }

    @Test
    void aWatcherHearsWhatOthersChangedAndNotWhatThisNodeDid() {
        List<String> heard = watched();
        told(0, 1);
        replicas.changedHere(update(1, 2), 1, NOW);
        told(2, 3);
        assertHas(3);
        assertEquals(List.of(change(0, 1), change(2, 3)), heard);
        assertFalse(replicas.isOwed(KEY));
    }

    @Test
    void aWatcherHearsNothingOfWhatIsFetchedForTheFirstTime() {
        List<String> heard = watched();
        fetchedNow(1, 0);
        told(1, 2);
        assertEquals(List.of(change(1, 2)), heard);
    }

    @Test
    void aWatcherHearsWhatWasMissedAsSoonAsItIsFetched() {
        List<String> heard = watched();
        told(0, 1);
        told(2, 3);
        assertTrue(replicas.isOwed(KEY));
        told(1, 2);
        assertTrue(replicas.isOwed(KEY));
        replicas.notFetched(KEY, replicas.fetching(KEY, 1, NOW));
        assertTrue(replicas.isOwed(KEY));
        fetchedNow(3, 0);
        assertFalse(replicas.isOwed(KEY));
        assertEquals(List.of(change(0, 1), change(1, 3)), heard);
    }

    @Test
    void aWatcherHearsWhatAnotherGenerationFinds() {
        List<String> heard = watched();
        told(0, 1);
        replicas.fetched(KEY, replicas.fetching(KEY, 2, NOW), new GridValue(2, 0, bytes(value(2))));
        assertEquals(List.of(change(0, 1), change(1, 2)), heard);
    }

    @Test
    void nothingIsOwedWhereNobodyWatches() {
        told(0, 1);
        told(2, 3);
        assertFalse(replicas.isOwed(KEY));
        List<String> heard = watched();
        fetchedNow(3, 0);
        assertEquals(List.of(), heard);
    }

    /** Changes that are made one after the other and told in any order, while the key is fetched. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverHasWhatIsOlderThanAllThatWasTold(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 3_000; run++) {
            new History(random, "seed " + seed + ", run " + run).play();
        }
    }

    private static final class History {

        private static final int CHANGES = 6;

        private final Random random;
        private final String name;
        private final Replicas replicas = new Replicas();
        private final List<String> steps = new ArrayList<>();
        private final List<Long> untold = new ArrayList<>();
        private final List<Fetch> fetches = new ArrayList<>();
        private long newest;
        private long generation = 1;
        private long now = NOW;

        /** The last value that a watcher was told of. */
        private @Nullable String heard;

        private static final class Fetch {
            private final Object fetching;
            private long read = -1;

            Fetch(Object fetching) {
                this.fetching = fetching;
            }
        }

        History(Random random, String name) {
            this.random = random;
            this.name = name;
            replicas.watch(this::hear);
        }

        /** Whatever it is told begins where the last ended, and nothing is told twice or backwards. */
        private void hear(String key, byte @Nullable [] before, byte[] after) {
            String from = before == null ? "" : new String(before, StandardCharsets.UTF_8);
            String to = new String(after, StandardCharsets.UTF_8);
            String last = heard;
            assertTrue(last == null || from.compareTo(last) >= 0, () -> name + ": told of " + from + " after " + steps);
            assertTrue(to.compareTo(from) >= 0, () -> name + ": told of " + to + " after " + steps);
            heard = to;
        }

        void play() {
            while (newest < CHANGES || !untold.isEmpty() || !fetches.isEmpty()) {
                step();
                check();
            }
        }

        private void step() {
            switch (random.nextInt(8)) {
                case 0, 1 -> change();
                case 2, 3 -> tell();
                case 4 -> fetch();
                case 5 -> read();
                case 6 -> end();
                default -> seldom();
            }
        }

        private void change() {
            if (newest < CHANGES) {
                newest++;
                untold.add(newest);
                steps.add("changed to " + newest);
            }
        }

        private void tell() {
            if (!untold.isEmpty()) {
                long version = untold.remove(random.nextInt(untold.size()));
                steps.add("told " + version);
                replicas.changedThere(update(version - 1, version), generation, now);
            }
        }

        private void fetch() {
            if (newest < CHANGES || random.nextInt(4) == 0) {
                steps.add("fetching");
                fetches.add(new Fetch(replicas.fetching(KEY, generation, now)));
            }
        }

        private void read() {
            if (!fetches.isEmpty()) {
                steps.add("read " + newest);
                fetches.get(random.nextInt(fetches.size())).read = newest;
            }
        }

        private void end() {
            if (!fetches.isEmpty()) {
                Fetch fetch = fetches.remove(random.nextInt(fetches.size()));
                steps.add("fetched " + fetch.read);
                if (fetch.read > 0) {
                    replicas.fetched(KEY, fetch.fetching, new GridValue(fetch.read, 0, bytes(value(fetch.read))));
                } else {
                    replicas.notFetched(KEY, fetch.fetching);
                }
            }
        }

        private void seldom() {
            switch (random.nextInt(6)) {
                case 0 -> {
                    steps.add("another generation");
                    generation++;
                }
                case 1 -> {
                    steps.add("purge");
                    replicas.purge(generation, now);
                }
                default -> now += random.nextInt(3);
            }
        }

        private void check() {
            Replicas.Found found = replicas.get(KEY, generation, now);
            if (found != null) {
                long allTold = untold.stream().mapToLong(Long::longValue).min().orElse(newest + 1) - 1;
                assertTrue(found.version() >= allTold, () -> name + ": has " + found.version() + " after " + steps);
                assertEquals(
                        value(found.version()),
                        new String(found.value(), StandardCharsets.UTF_8),
                        () -> name + " after " + steps);
            }
        }
    }
}
