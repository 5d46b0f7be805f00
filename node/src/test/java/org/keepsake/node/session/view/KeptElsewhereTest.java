package org.keepsake.node.session.view;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.keepsake.node.session.time.ManualTiming;

class KeptElsewhereTest {

    private final ManualTiming timing = new ManualTiming();
    private final KeptElsewhere elsewhere = new KeptElsewhere(timing);

    private void pass(long millis) {
        timing.pass(Duration.ofMillis(millis));
    }

    private void nothingIsKept() {
        elsewhere.telling(1, true);
        pass(3_000);
        elsewhere.nothing(timing.nanos());
        assertFalse(elsewhere.isPossible());
    }

    @Test
    void isPossibleBeforeAllOthersWereAsked() {
        assertTrue(elsewhere.isPossible());
        elsewhere.nothing(timing.nanos());
        assertTrue(elsewhere.isPossible(), "one may still go by what it heard before there was this node");
        nothingIsKept();
    }

    @Test
    void isPossibleFromTheMomentItTellsThatItReachesNoStore() {
        nothingIsKept();
        elsewhere.telling(1, false);
        assertTrue(elsewhere.isPossible());
    }

    @Test
    void isPossibleUntilNobodyGoesByWhatItTold() {
        nothingIsKept();
        elsewhere.telling(1, false);
        elsewhere.telling(1, true);
        pass(2_999);
        elsewhere.nothing(timing.nanos());
        assertTrue(elsewhere.isPossible());
        pass(1);
        elsewhere.nothing(timing.nanos());
        assertFalse(elsewhere.isPossible());
    }

    @Test
    void whatWasAskedBeforeSaysNothing() {
        nothingIsKept();
        long asked = timing.nanos();
        elsewhere.telling(1, false);
        pass(10_000);
        elsewhere.nothing(asked);
        assertTrue(elsewhere.isPossible());
    }

    @Test
    void isPossibleUnderANewView() {
        nothingIsKept();
        elsewhere.telling(1, true);
        assertFalse(elsewhere.isPossible());
        elsewhere.telling(2, true);
        assertTrue(elsewhere.isPossible());
    }
}
