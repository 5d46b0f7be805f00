package org.keepsake.balancer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Warnings about requests that got an error, at most a few in a second: an outage must not drown in its own log. */
final class ErrorLog {
    private static final System.Logger LOG = System.getLogger(Balancer.class.getName());
    private static final int MAX_PER_SECOND = 10;

    private final LongSupplier clock;

    @GuardedBy("this")
    private long second = Long.MIN_VALUE;

    @GuardedBy("this")
    private int written;

    @GuardedBy("this")
    private int left;

    /** @param clock nanoseconds */
    ErrorLog(LongSupplier clock) {
        this.clock = clock;
    }

    void log(String format, Object... values) {
        int leftOut = admit();
        if (leftOut > 0) {
            LOG.log(System.Logger.Level.WARNING, "balancer: {0} more errors in the second before", leftOut);
        }
        if (leftOut >= 0) {
            LOG.log(System.Logger.Level.WARNING, format, values);
        }
    }

    /** How many were left out before this one; negative when this one is left out too. */
    private synchronized int admit() {
        long now = TimeUnit.NANOSECONDS.toSeconds(clock.getAsLong());
        int leftOut = 0;
        if (now != second) {
            leftOut = left;
            second = now;
            written = 0;
            left = 0;
        }
        if (written == MAX_PER_SECOND) {
            left++;
            return -1;
        }
        written++;
        return leftOut;
    }
}
