package org.keepsake.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DatabaseClockTest {

    private final AtomicLong ticks = new AtomicLong(1_000);
    private final DatabaseClock clock = new DatabaseClock(ticks::get);

    /** An answer of the database that takes so long on the way there and on the way back. */
    private void ask(long there, long back, long answer) throws Exception {
        clock.ask(() -> {
            ticks.addAndGet(there + back);
            return answer;
        });
    }

    @Test
    void takesTheTimeOfTheDatabase() throws Exception {
        ask(0, 0, 5_000_000);
        assertEquals(5_000_000, clock.now());

        ticks.addAndGet(70);
        assertEquals(5_000_070, clock.now());
    }

    @Test
    void takesTheMiddleOfTheFirstAnswer() throws Exception {
        ask(10, 10, 5_000_000);
        assertEquals(5_000_010, clock.now());
    }

    @Test
    void isNotLedAstrayByASlowAnswer() throws Exception {
        ask(0, 0, 5_000_000);
        ask(0, 3_000, 5_000_000);
        assertEquals(5_003_000, clock.now());
        ask(3_000, 0, 5_006_000);
        assertEquals(5_006_000, clock.now());
    }

    @Test
    void followsAClockThatWasSet() throws Exception {
        ask(0, 0, 5_000_000);
        ask(0, 0, 9_000_000);
        assertEquals(9_000_000, clock.now());
        ask(0, 0, 2_000_000);
        assertEquals(2_000_000, clock.now());
    }
}
