package org.keepsake.node.session.repository;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.keepsake.node.session.time.ManualTiming;

class DeadlineTest {

    private final ManualTiming timing = new ManualTiming();
    private final Deadline deadline =
            new Deadline(timing, Duration.ofSeconds(5), () -> "session 1", "--memcached-nodes");

    @Test
    void endsTheOperationWhenItsTimeIsUp() {
        for (int i = 0; i < 16; i++) {
            deadline.check();
            timing.pass(Duration.ofMillis(312));
        }
        timing.pass(Duration.ofMillis(8));
        assertThrows(SessionsUnavailable.class, deadline::check);
    }

    @Test
    void leavesTimeToAskAfterTheProcessStoodStill() {
        timing.pass(Duration.ofMinutes(1));
        assertDoesNotThrow(deadline::check);
        assertFalse(deadline.passed(25));
    }

    @Test
    void knowsHowMuchOfItHasPassed() {
        timing.pass(Duration.ofMillis(600));
        assertFalse(deadline.passed(25));
        timing.pass(Duration.ofMillis(600));
        assertFalse(deadline.passed(25));
        timing.pass(Duration.ofMillis(60));
        assertTrue(deadline.passed(25));
    }
}
