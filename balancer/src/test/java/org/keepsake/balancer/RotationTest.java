package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class RotationTest {
    private static final Duration FAIL_TIMEOUT = Duration.ofSeconds(10);

    private long now = Long.MAX_VALUE - 5;

    private Rotation rotation(int maxFails, String... upstreams) {
        BalancerConfig config = BalancerConfig.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withHealth(maxFails, FAIL_TIMEOUT);
        return new Rotation(config, pool(1, upstreams), () -> now);
    }

    /** {@code A,weight=2} and so on: the name is the route, the port stands for the name. */
    private static UpstreamPool pool(long version, String... upstreams) {
        List<Upstream> list = new ArrayList<>();
        for (String text : upstreams) {
            list.add(Upstream.parse(
                    "127.0.0.1:" + (int) text.charAt(0) + ",route=" + text.charAt(0) + text.substring(1)));
        }
        return new UpstreamPool(version, list);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static Peer choose(Rotation rotation, Peer... tried) {
        Rotation.Choice choice = rotation.choose(List.of(tried), List.of());
        assertNotNull(choice);
        return choice.peer();
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
        Rotation.Choice choice = rotation.choose(List.of(), List.of());
        assertNotNull(choice);
        assertFalse(choice.lastResort());
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
        Rotation.Choice choice = rotation.choose(List.of(a), List.of());
        assertNotNull(choice);
        assertSame(b, choice.peer());
        assertTrue(choice.lastResort());
        assertNull(rotation.choose(List.of(a, b), List.of()));
    }

    @Test
    void followsTheFirstRouteThatIsAvailable() {
        Rotation rotation = rotation(1, "A", "B", "C");
        Rotation.Choice choice = rotation.choose(List.of(), List.of("X", "C", "B"));
        assertNotNull(choice);
        assertEquals("C", choice.peer().name());
        rotation.failed(choice.peer(), "test");
        choice = rotation.choose(List.of(), List.of("X", "C", "B"));
        assertNotNull(choice);
        assertEquals("B", choice.peer().name());
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
