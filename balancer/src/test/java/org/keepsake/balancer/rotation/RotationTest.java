package org.keepsake.balancer.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.keepsake.balancer.rotation.Asking.pool;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class RotationTest {
    private static final Duration FAIL_TIMEOUT = Duration.ofSeconds(10);

    private long now = Long.MAX_VALUE - 5;

    private Rotation rotation(int maxFails, String... upstreams) {
        return new Rotation(
                RotationSettings.defaults().withHealth(maxFails, FAIL_TIMEOUT), pool(1, upstreams), () -> now);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static Place place(Rotation rotation, List<Peer> tried, String... routes) {
        return assertInstanceOf(Place.class, Asking.now(rotation, tried, new Preference(List.of(routes), "")));
    }

    private static Peer choose(Rotation rotation, Peer... tried) {
        return place(rotation, List.of(tried)).peer();
    }

    private static String sequence(Rotation rotation, int length) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < length; i++) {
            names.append(choose(rotation).name());
        }
        return names.toString();
    }

    @Test
    void givesTheSmoothSequenceOfNginx() {
        assertEquals("AABACAA" + "AABACAA", sequence(rotation(1, "A,weight=5", "B", "C"), 14));
    }

    @Test
    void keepsTheSharesOfTheWeights() {
        Map<Character, Integer> counts = new TreeMap<>();
        sequence(rotation(1, "A", "B,weight=3"), 10_000).chars().forEach(c -> counts.merge((char) c, 1, Integer::sum));
        assertEquals(Map.of('A', 2500, 'B', 7500), counts);
    }

    @Test
    void sharesTheLoadOfADeadUpstreamEvenly() {
        Rotation rotation = rotation(1, "A", "B", "C");
        rotation.failed(choose(rotation), "test");
        assertEquals("BCBCBC", sequence(rotation, 6));
    }

    @Test
    void takesAnUpstreamOutAndAsksItOnceAfterTheFailTimeout() {
        Rotation rotation = rotation(1, "A", "B");
        Peer a = choose(rotation);
        rotation.failed(a, "test");
        assertEquals("BBBB", sequence(rotation, 4));
        pass(FAIL_TIMEOUT.plusMillis(1));
        assertEquals(1, sequence(rotation, 10).chars().filter(c -> c == 'A').count());
        rotation.succeeded(a, now);
        assertEquals(5, sequence(rotation, 10).chars().filter(c -> c == 'A').count());
    }

    @Test
    void countsOnlyFailuresThatAreCloseTogether() {
        Rotation rotation = rotation(2, "A", "B");
        Peer a = choose(rotation);
        rotation.failed(a, "test");
        pass(FAIL_TIMEOUT.plusMillis(1));
        rotation.failed(a, "test");
        assertTrue(sequence(rotation, 8).contains("A"));
        rotation.failed(a, "test");
        assertFalse(sequence(rotation, 8).contains("A"));
    }

    @Test
    void neverTakesOutWithoutMaxFails() {
        Rotation rotation = rotation(0, "A");
        for (int i = 0; i < 10; i++) {
            rotation.failed(choose(rotation), "test");
        }
        assertFalse(place(rotation, List.of()).lastResort());
    }

    @Test
    void takesNoAnswerToAnOlderRequestForASignOfLife() {
        Rotation rotation = rotation(1, "A", "B");
        Peer a = choose(rotation);
        long before = now;
        pass(Duration.ofSeconds(1));
        rotation.failed(a, "test");
        rotation.succeeded(a, before);
        assertEquals("BBB", sequence(rotation, 3));
    }

    @Test
    void asksBackupsOnlyWhenNothingElseIsLeft() {
        Rotation rotation = rotation(1, "A", "B", "C,backup");
        assertEquals("ABAB", sequence(rotation, 4));
        Peer a = choose(rotation);
        Peer b = choose(rotation);
        assertEquals("C", choose(rotation, a, b).name());
        rotation.failed(a, "test");
        rotation.failed(b, "test");
        assertEquals("CC", sequence(rotation, 2));
    }

    @Test
    void asksTheDeadRatherThanNobody() {
        Rotation rotation = rotation(1, "A", "B");
        Peer a = choose(rotation);
        Peer b = choose(rotation);
        rotation.failed(a, "test");
        rotation.failed(b, "test");
        Place place = place(rotation, List.of(a));
        assertSame(b, place.peer());
        assertTrue(place.lastResort());
        assertSame(Choice.Without.NOBODY, Asking.now(rotation, List.of(a, b), Preference.NONE));
    }

    @Test
    void followsTheFirstRouteThatIsAvailable() {
        Rotation rotation = rotation(1, "A", "B", "C");
        Peer c = place(rotation, List.of(), "X", "C", "B").peer();
        assertEquals("C", c.name());
        rotation.failed(c, "test");
        assertEquals("B", place(rotation, List.of(), "X", "C", "B").peer().name());
    }

    @Test
    void keepsHealthAndTurnOfWhatStaysInThePool() {
        Rotation rotation = rotation(1, "A", "B");
        Peer a = choose(rotation);
        rotation.failed(a, "test");
        assertTrue(rotation.update(pool(2, "A,weight=2", "B", "C")).isEmpty());
        assertFalse(sequence(rotation, 6).contains("A"));
        assertTrue(sequence(rotation, 6).contains("C"));
    }

    @Test
    void startsCleanWhatComesBack() {
        Rotation rotation = rotation(1, "A", "B");
        Peer a = choose(rotation);
        rotation.failed(a, "test");
        assertEquals(List.of(a), rotation.update(pool(2, "B")));
        assertTrue(a.removed());
        rotation.update(pool(3, "A", "B"));
        assertTrue(sequence(rotation, 2).contains("A"));
    }

    @Test
    void ignoresAnOlderPool() {
        Rotation rotation = rotation(1, "A", "B");
        rotation.update(pool(5, "A"));
        assertTrue(rotation.update(pool(5)).isEmpty());
        assertTrue(rotation.update(pool(4, "B")).isEmpty());
        assertEquals("AA", sequence(rotation, 2));
    }
}
