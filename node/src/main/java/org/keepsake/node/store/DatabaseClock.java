package org.keepsake.node.store;

import java.sql.SQLException;
import java.util.function.LongSupplier;

/**
 * The time as a database has it, known without asking each time: by how much it is ahead of this process's monotonic
 * clock. So processes whose own clocks are wrong agree on what has expired. Thread-safe.
 *
 * <p>An answer says that the database's time was reached between the question and the answer. What was believed before is
 * changed only as far as that contradicts it: a slow answer changes nothing, a clock that was set everything.
 */
final class DatabaseClock {

    interface Question {
        long millis() throws SQLException;
    }

    private final LongSupplier ticks;

    /** In milliseconds; written under the lock of this. */
    private volatile long ahead;

    private boolean asked;

    /** @param ticks milliseconds since any moment */
    DatabaseClock(LongSupplier ticks) {
        this.ticks = ticks;
    }

    static DatabaseClock monotonic() {
        return new DatabaseClock(() -> System.nanoTime() / 1_000_000);
    }

    void ask(Question question) throws SQLException {
        long before = ticks.getAsLong();
        long there = question.millis();
        long after = ticks.getAsLong();
        learn(there - after, there - before);
    }

    private synchronized void learn(long least, long most) {
        ahead = asked ? Math.max(least, Math.min(most, ahead)) : (least + most) / 2;
        asked = true;
    }

    /** Milliseconds since 1970; nothing that means anything before the first answer. */
    long now() {
        return ticks.getAsLong() + ahead;
    }
}
