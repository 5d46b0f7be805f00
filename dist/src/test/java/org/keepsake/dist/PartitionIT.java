package org.keepsake.dist;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The link between the two nodes is cut while users write on both sides, and comes back. With {@code
 * -Dkeepsake.long=true} it is cut for 30 s, in every set-up.
 */
class PartitionIT {

    private static final Duration CUT = Duration.ofSeconds(Scale.of(8, 30));
    private static final int SESSIONS = 10;

    @BeforeAll
    static void needsNamespaces() {
        Needs.need(Network.possible(), "hosts that can be cut off need network namespaces, and these root");
    }

    static Stream<Setup> reachingAllStores() {
        return Setup.orAll(Setup.OUR_STORES_STICKY, Setup.MEMCACHED, Setup.DIRECTORY_STICKY)
                .filter(setup -> setup.hasStores() || setup.isShared());
    }

    static Stream<Setup> reachingOneStoreEach() {
        return Setup.orAll(Setup.OUR_STORES, Setup.MEMCACHED_STICKY, Setup.DELTA, Setup.BACKUP_STICKY)
                .filter(setup -> !setup.isShared());
    }

    /** Not even with the cookie of the node that did not hear of the write is anything stale read, at any time. */
    @Behaviour(14)
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("reachingAllStores")
    void nodesThatReachAllStoresNeverShowWhatIsOldAlthoughTheyDoNotHearEachOther(Setup setup) throws Exception {
        setup.need();
        try (Network network = Network.of(3)) {
            Network.Host a = network.host(1);
            Network.Host b = network.host(2);
            Network.Host stores = network.host(3);
            Hosts hosts = Hosts.of(network, Map.of("A", a, "B", b, "m1", stores, "m2", stores));
            try (Farm farm = Farm.on(hosts, "PartitionIT.all", setup)) {
                int unused = farm.awaitWhole(0);
                List<Wanderer> guests = Wanderer.enter(farm, SESSIONS);
                network.part(a, b);
                long cut = System.nanoTime();
                do {
                    wander(guests);
                } while (System.nanoTime() - cut < CUT.toNanos());
                network.join(a, b);
                do {
                    wander(guests);
                } while (Farm.hasLost(farm.a(), "B") || Farm.hasLost(farm.b(), "A"));
                for (int i = 0; i < 20; i++) {
                    wander(guests);
                }
                say(setup, "nodes that reach all stores apart", "nothing stale was read");
            }
        }
    }

    /** All at once: while a link is cut, a node that takes a session over waits for what it cannot hear. */
    private static void wander(List<Wanderer> guests) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(guests.size());
        try {
            for (Future<Void> wandered : threads.invokeAll(guests)) {
                wandered.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** What was written on both sides is put together; of one attribute, the value that changed more often wins. */
    @Behaviour({8, 9, 14})
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("reachingOneStoreEach")
    void whatBothHalvesWroteIsPutTogetherAndWhatOneEndedIsGone(Setup setup) throws Exception {
        setup.need();
        try (Network network = Network.of(2)) {
            Network.Host one = network.host(1);
            Network.Host two = network.host(2);
            Hosts hosts = Hosts.of(network, Map.of("A", one, "m1", one, "B", two, "m2", two));
            try (Farm farm = Farm.on(hosts, "PartitionIT.halves", setup)) {
                int view = farm.awaitWhole(0);
                List<Twins> sessions = Twins.enter(farm, SESSIONS);
                Twins ended = sessions.remove(0);
                Twins renamed = sessions.remove(0);
                network.part(one, two);
                long cut = System.nanoTime();
                farm.awaitServing(farm.a());
                farm.awaitServing(farm.b());
                ended.writeOnBothSides();
                renamed.writeOnBothSides();
                do {
                    for (Twins twins : sessions) {
                        twins.writeOnBothSides();
                    }
                } while (System.nanoTime() - cut < CUT.toNanos());
                ended.end();
                renamed.changeId();
                network.join(one, two);
                long healed = System.nanoTime();
                int unused = farm.awaitWhole(view);
                double seconds = (System.nanoTime() - healed) / 1e9;
                for (Twins twins : sessions) {
                    twins.assertTogether();
                }
                ended.assertGone();
                renamed.assertGone();
                renamed.assertKnownToB();
                say(
                        setup,
                        "two halves apart",
                        String.format(Locale.ROOT, "whole again after %.1f s, every write is there", seconds));
            }
        }
    }

    private static void say(Setup setup, String what, String then) {
        Figures.say(setup + ", " + what + " for " + CUT.toSeconds() + " s", then);
    }
}
