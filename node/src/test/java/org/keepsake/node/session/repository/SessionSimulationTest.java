package org.keepsake.node.session.repository;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * Many random schedules over the real repository. Run more of them with {@code -Dkeepsake.simulations=N}, another part
 * of them with {@code -Dkeepsake.simulations.from=SEED}; a failure names the seed that shows it again.
 */
class SessionSimulationTest {

    private static final int RUNS = Integer.getInteger("keepsake.simulations", 250);
    private static final int FROM = Integer.getInteger("keepsake.simulations.from", 0);

    @Test
    void losesNoAcknowledgedWriteAndReadsNothingStaleWithOneStoreAtFault() {
        simulate(false);
    }

    @Test
    void resurrectsNothingOnceItsEndWasAcknowledged() {
        simulate(true);
    }

    private static void simulate(boolean endsIt) {
        long acknowledged = 0;
        long refused = 0;
        for (long seed = FROM; seed < FROM + RUNS; seed++) {
            SessionSimulation simulation = new SessionSimulation(seed, endsIt);
            try {
                acknowledged += simulation.run();
                refused += simulation.refused;
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ", ends it: " + endsIt + ": " + e.getMessage(), e);
            }
        }
        assertTrue(acknowledged > 0 || RUNS < 10, "nothing was acknowledged");
        System.out.printf("%d simulations: %d writes acknowledged, %d requests refused%n", RUNS, acknowledged, refused);
    }
}
