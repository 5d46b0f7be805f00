package org.keepsake.launcher.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FreezeWatchTest {

    private static final long SECOND = 1_000_000_000L;

    private final FreezeWatch watch = new FreezeWatch(Duration.ofSeconds(2), Duration.ofSeconds(10), 0);

    @Test
    void aProcessThatRanAllTheTimeMayBelieveThatItIsAlone() {
        watch.beat(SECOND, true);
        watch.beat(2 * SECOND, false);
        assertFalse(watch.doubtsSolitude(2 * SECOND));
    }

    @Test
    void oneThatStoodStillMustFirstLookForTheOthers() {
        watch.beat(SECOND, true);
        watch.beat(5 * SECOND, true);
        watch.beat(6 * SECOND, false);
        assertTrue(watch.doubtsSolitude(6 * SECOND));
        assertTrue(watch.doubtsSolitude(14 * SECOND));
        assertFalse(watch.doubtsSolitude(15 * SECOND));
    }

    @Test
    void oneThatWasAloneBeforeHasNobodyToLookFor() {
        watch.beat(SECOND, false);
        watch.beat(9 * SECOND, false);
        assertFalse(watch.doubtsSolitude(9 * SECOND));
    }
}
