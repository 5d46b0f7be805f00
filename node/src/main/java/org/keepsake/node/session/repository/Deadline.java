package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.function.Supplier;
import org.keepsake.node.session.time.Timing;

/**
 * The time allowed for one load or save. Used by one thread.
 *
 * <p>Time in which this process itself stood still (frozen, a paused machine, a long collection) says nothing of the
 * stores: of the time between two looks at the clock no more than an eighth of the budget is counted, so a process that
 * wakes still has time to ask. Operations on stores end sooner by themselves; where they are allowed to take longer, so
 * does the whole.
 */
public final class Deadline {

    private static final Duration RETRY = Duration.ofMillis(20);
    private static final int STEPS_AT_LEAST = 8;

    private final Timing timing;
    private final long budget;
    private final Supplier<String> what;
    private final String setting;
    private long seen;
    private long spent;

    /** Of who is waited for in vain without ending it by {@link #check}. */
    public Deadline(Timing timing, Duration budget, Supplier<String> what) {
        this(timing, budget, what, "");
    }

    /**
     * @param what what is being done to which session, for the message; asked for only then
     * @param setting the option to look at when it was in vain
     */
    public Deadline(Timing timing, Duration budget, Supplier<String> what, String setting) {
        this.setting = setting;
        this.timing = timing;
        this.budget = budget.toNanos();
        this.what = what;
        this.seen = timing.nanos();
    }

    /** How long to wait at most before the next look at the clock. */
    public Duration step() {
        return Duration.ofNanos(budget / STEPS_AT_LEAST);
    }

    /** Lets a moment pass before the next try. */
    void pause() {
        check();
        timing.pause(RETRY);
    }

    /** Ends the operation if its time is up. */
    void check() {
        if (spent() >= budget) {
            throw new SessionsUnavailable("%s: no store could be relied on for %d ms, see %s"
                    .formatted(what.get(), budget / 1_000_000, setting));
        }
    }

    /** Whether a part of the time has passed. */
    public boolean passed(int percent) {
        return spent() >= budget / 100 * percent;
    }

    private long spent() {
        long now = timing.nanos();
        spent += Math.min(now - seen, budget / STEPS_AT_LEAST);
        seen = now;
        return spent;
    }
}
