package org.keepsake.node.session.repository;

import java.time.Duration;

/** The time allowed for one load or save. Used by one thread. */
final class Deadline {

    private static final Duration RETRY = Duration.ofMillis(20);

    private final Timing timing;
    private final long start;
    private final long budget;
    private final String what;

    /** @param what what is being done to which session, for the message */
    Deadline(Timing timing, Duration budget, String what) {
        this.timing = timing;
        this.start = timing.nanos();
        this.budget = budget.toNanos();
        this.what = what;
    }

    /** Lets a moment pass before the next try. */
    void pause() {
        check();
        timing.pause(RETRY);
    }

    /** Ends the operation if its time is up. */
    void check() {
        if (timing.nanos() - start >= budget) {
            throw new SessionsUnavailable("%s: no store could be relied on for %d ms, see --memcached-nodes"
                    .formatted(what, budget / 1_000_000));
        }
    }

    /** Whether a part of the time has passed. */
    boolean passed(int percent) {
        return timing.nanos() - start >= budget / 100 * percent;
    }
}
