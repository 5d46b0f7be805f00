package org.keepsake.node.session.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many random schedules over the real repository; each build plays more than 2,000 of them. Run more of each kind with
 * {@code -Dkeepsake.simulations=N} (half as many of those in which much time passes), another part of them with
 * {@code -Dkeepsake.simulations.from=SEED}. For hours of them, {@code -Dkeepsake.simulation.minutes=M} plays each kind
 * for as many minutes, from that seed on.
 *
 * <p>A failure names the kind and the seed that shows it again; with {@code -Dkeepsake.simulations=1
 * -Dkeepsake.simulations.from=SEED -Dkeepsake.simulation.trace=true} every step of it is told.
 */
@Tag("simulation")
class SessionSimulationTest {

    private static final int RUNS = Integer.getInteger("keepsake.simulations", 110);
    private static final long FROM = Long.getLong("keepsake.simulations.from", 0);
    private static final long MINUTES = Long.getLong("keepsake.simulation.minutes", 0);
    private static final int THREADS = 2;

    /** Held so that it stays: stores that fail by the thousand are no news. */
    private static final Logger QUIET = Logger.getLogger("org.keepsake.node.session");

    @BeforeAll
    static void beQuiet() {
        QUIET.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        QUIET.setLevel(null);
    }

    static List<Scenario> scenarios() {
        return Scenario.all();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void keepsWhatItPromisedWhen(Scenario scenario) {
        long began = System.nanoTime();
        long end = began + MINUTES * 60_000_000_000L;
        AtomicLong next = new AtomicLong(FROM);
        AtomicLong acknowledged = new AtomicLong();
        AtomicLong refused = new AtomicLong();
        Runnable worker = () -> {
            for (long seed = next.getAndIncrement(); more(scenario, seed, end); seed = next.getAndIncrement()) {
                SimulatedClient.Tally tally = play(scenario, seed);
                acknowledged.addAndGet(tally.acknowledged);
                refused.addAndGet(tally.refused);
            }
        };
        inParallel(worker);
        long runs = next.get() - THREADS - FROM;
        System.out.printf(
                "%s: %d simulations in %.1f s, %d writes acknowledged, %d requests refused%n",
                scenario, runs, (System.nanoTime() - began) / 1e9, acknowledged.get(), refused.get());
        assertTrue(acknowledged.get() > 0 || runs < 10, "nothing was acknowledged");
    }

    private static boolean more(Scenario scenario, long seed, long end) {
        int runs = scenario.isLong() ? (RUNS + 1) / 2 : RUNS;
        return MINUTES > 0 ? System.nanoTime() < end : seed < FROM + runs;
    }

    private static void inParallel(Runnable worker) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CompletableFuture.allOf(
                            CompletableFuture.runAsync(worker, threads), CompletableFuture.runAsync(worker, threads))
                    .join();
        } finally {
            threads.shutdownNow();
        }
    }

    private static SimulatedClient.Tally play(Scenario scenario, long seed) {
        try {
            return new SessionSimulation(scenario, seed).run();
        } catch (AssertionError e) {
            throw new AssertionError("seed %d of \"%s\": %s".formatted(seed, scenario, e.getMessage()), e);
        }
    }

    @Test
    void oneSeedIsOneSchedule() {
        for (Scenario scenario : Scenario.all()) {
            SessionSimulation once = new SessionSimulation(scenario, 1);
            SessionSimulation again = new SessionSimulation(scenario, 1);
            assertEquals(once.run().acknowledged, again.run().acknowledged);
            assertEquals(once.fingerprint(), again.fingerprint());
        }
    }
}
