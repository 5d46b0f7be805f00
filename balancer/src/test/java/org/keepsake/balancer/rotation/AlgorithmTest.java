package org.keepsake.balancer.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.keepsake.balancer.rotation.Asking.pool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets how much. */
final class AlgorithmTest {

    private static final String[] TEN = {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J"};

    private long now = 1_000_000_000;

    private Rotation rotation(String algorithm, String... upstreams) {
        RotationSettings settings = RotationSettings.defaults().withAlgorithm(Algorithm.parse(algorithm));
        return new Rotation(settings, pool(1, upstreams), () -> now, new Random(1));
    }

    /** How many of so many requests each upstream gets, when none of them ends. */
    private static Map<String, Integer> shares(Rotation rotation, int requests) {
        Map<String, Integer> shares = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            shares.merge(Asking.place(rotation).peer().name(), 1, Integer::sum);
        }
        return shares;
    }

    @ParameterizedTest
    @ValueSource(strings = {"round-robin", "least-conn", "random-two"})
    void keepsToTheWeights(String algorithm) {
        Map<String, Integer> shares = shares(rotation(algorithm, "A", "B,weight=3"), 10_000);
        assertEquals(7500, of(shares, "B"), 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"round-robin", "least-conn", "random-two", "ip-hash", "uri-hash", "cookie-hash:x"})
    void sharesTheLoadOfADeadUpstreamEvenly(String algorithm) {
        Rotation rotation = rotation(algorithm, "A", "B", "C");
        for (Peer peer : rotation.peers()) {
            if (peer.name().equals("A")) {
                rotation.failed(peer, "test");
            }
        }
        Map<String, Integer> shares = keys(rotation, 10_000);
        assertEquals(5000, of(shares, "B"), 200);
        assertEquals(5000, of(shares, "C"), 200);
    }

    private static int of(Map<String, Integer> counts, String name) {
        return counts.getOrDefault(name, 0);
    }

    private static String owner(Map<String, String> owners, String key) {
        return owners.getOrDefault(key, "nobody");
    }

    /** How many of so many requests, each with a key of its own, each upstream gets. */
    private static Map<String, Integer> keys(Rotation rotation, int keys) {
        Map<String, Integer> shares = new TreeMap<>();
        owners(rotation, keys).values().forEach(name -> shares.merge(name, 1, Integer::sum));
        return shares;
    }

    private static Map<String, String> owners(Rotation rotation, int keys) {
        Map<String, String> owners = new HashMap<>();
        for (int i = 0; i < keys; i++) {
            try (Place place = Asking.place(rotation, "10.0." + i / 256 + "." + i % 256)) {
                owners.put("key " + i, place.peer().name());
            }
        }
        return owners;
    }

    @Test
    void givesTheLeastBusyTheNextRequest() {
        Rotation rotation = rotation("least-conn", "A", "B", "C");
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            places.add(Asking.place(rotation));
        }
        Place leaving = places.get(4);
        String name = leaving.peer().name();
        leaving.close();
        assertEquals(name, Asking.place(rotation).peer().name());
    }

    @Test
    void givesAWeightOfThreeThreeTimesTheRequestsUnderWay() {
        Rotation rotation = rotation("least-conn", "A", "B,weight=3");
        Map<String, Integer> shares = shares(rotation, 400);
        assertEquals(Map.of("A", 100, "B", 300), shares);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ip-hash", "uri-hash", "cookie-hash:x"})
    void keepsAKeyWhereItIsAndSpreadsTheKeys(String algorithm) {
        Rotation rotation = rotation(algorithm, TEN);
        Map<String, String> owners = owners(rotation, 10_000);
        assertEquals(owners, owners(rotation, 10_000));
        keys(rotation, 10_000).values().forEach(count -> assertEquals(1000, count, 150));
    }

    @Test
    void spreadsKeysByWeight() {
        Map<String, Integer> shares = keys(rotation("uri-hash", "A", "B,weight=3"), 10_000);
        assertEquals(7500, of(shares, "B"), 200);
    }

    @Test
    void movesOnlyTheKeysThatANewUpstreamTakes() {
        Rotation rotation = rotation("uri-hash", TEN);
        Map<String, String> before = owners(rotation, 10_000);
        rotation.update(pool(2, "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K"));
        Map<String, String> after = owners(rotation, 10_000);
        long moved = before.keySet().stream()
                .filter(key -> !owner(before, key).equals(after.get(key)))
                .peek(key -> assertEquals("K", after.get(key)))
                .count();
        assertTrue(moved > 500 && moved < 1500, moved + " of 10,000 keys moved");
    }

    @Test
    void movesOnlyTheKeysOfAnUpstreamThatGoesAndBringsThemBack() {
        Rotation rotation = rotation("ip-hash", TEN);
        Map<String, String> before = owners(rotation, 10_000);
        rotation.update(pool(2, "A", "B", "C", "E", "F", "G", "H", "I", "J"));
        owners(rotation, 10_000).forEach((key, owner) -> {
            if (owner(before, key).equals("D")) {
                assertNotEquals("D", owner);
            } else {
                assertEquals(before.get(key), owner);
            }
        });
        rotation.update(pool(3, TEN));
        assertEquals(before, owners(rotation, 10_000));
    }

    @Test
    void letsRequestsWithoutAKeyTakeTurns() {
        assertEquals(Map.of("A", 50, "B", 50), shares(rotation("cookie-hash:x", "A", "B"), 100));
    }

    /** Requests that come every millisecond and take as long as the upstream's name says. */
    private Map<String, Integer> simulate(Rotation rotation, Map<String, Integer> millis, int requests) {
        record Running(Place place, long end) {}
        Deque<Running> running = new ArrayDeque<>();
        Map<String, Integer> shares = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            now += Duration.ofMillis(1).toNanos();
            for (int left = running.size(); left > 0; left--) {
                Running each = running.remove();
                if (each.end() <= now) {
                    each.place().succeeded();
                    each.place().close();
                } else {
                    running.add(each);
                }
            }
            Place place = Asking.place(rotation);
            String name = place.peer().name();
            shares.merge(name, 1, Integer::sum);
            running.add(
                    new Running(place, now + Duration.ofMillis(of(millis, name)).toNanos()));
        }
        running.forEach(each -> each.place().close());
        return shares;
    }

    @Test
    void givesASlowUpstreamLessWhenItLooksAtTheLatency() {
        Map<String, Integer> shares =
                simulate(rotation("ewma", "A", "B", "C"), Map.of("A", 2, "B", 2, "C", 50), 10_000);
        assertTrue(of(shares, "C") < 1000, shares.toString());
        assertEquals(of(shares, "A"), of(shares, "B"), 1500);
    }

    @Test
    void learnsThatASlowUpstreamHasBecomeQuick() {
        Rotation rotation = rotation("ewma", "A", "B", "C");
        simulate(rotation, Map.of("A", 2, "B", 2, "C", 50), 5_000);
        simulate(rotation, Map.of("A", 2, "B", 2, "C", 2), 60_000);
        Map<String, Integer> shares = simulate(rotation, Map.of("A", 2, "B", 2, "C", 2), 9_000);
        assertTrue(of(shares, "C") > 2000, shares.toString());
    }

    @Test
    void doesNotRunToOneThatHasNotAnsweredYet() {
        Rotation rotation = rotation("ewma", "A", "B");
        simulate(rotation, Map.of("A", 5, "B", 5), 1_000);
        rotation.update(pool(2, "A", "B", "C"));
        Map<String, Integer> shares = simulate(rotation, Map.of("A", 5, "B", 5, "C", 5), 3_000);
        assertEquals(1000, of(shares, "C"), 300);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "magic | 'magic' is none of round-robin, least-conn, ip-hash, uri-hash, cookie-hash:NAME, random-two, ewma",
                "ip-hash:x | 'ip-hash:x' is none of round-robin, least-conn, ip-hash, uri-hash, cookie-hash:NAME, random-two, ewma",
                "cookie-hash | cookie-hash has no cookie, as in cookie-hash:NAME",
                "cookie-hash: | cookie-hash has no cookie, as in cookie-hash:NAME",
                "cookie-hash:a b | cookie-hash: 'a b' is no name of a cookie"
            })
    void saysWhatIsWrong(String text, String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> Algorithm.parse(text))
                        .getMessage());
    }
}
