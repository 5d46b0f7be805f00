package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.store.Exptime;

/** How long stores keep what. Times to live are memcached's exptime, see protocol.txt, "Expiration times". */
public final class Expiry {

    /** Stores count whole seconds, and the one that has begun is not whole. */
    private static final long ROUNDING = 2;

    /** What a store may be late with, cut off or being synchronized, when the session it still holds was ended. */
    private static final long TOMBSTONE_MARGIN = Duration.ofDays(1).toSeconds();

    /**
     * How many seconds stores keep a session that nobody used for too long, so that it can be ended and listeners told,
     * also when the node that had it is gone.
     */
    static final long SWEEP_MARGIN = 60;

    private Expiry() {}

    /** How often, in seconds, the use of a session is told to the stores: every 20th of its time-out, at least 1. */
    public static long touchInterval(int maxInactive) {
        return Math.max(1, maxInactive / 20);
    }

    /** The same in milliseconds. */
    public static long touchIntervalMillis(int maxInactive) {
        return TimeUnit.SECONDS.toMillis(touchInterval(maxInactive));
    }

    /** The exptime of a record or tombstone. */
    static int of(SessionRecord session, long nowMillis) {
        if (!session.isTombstone()) {
            return of(session.maxInactive(), nowMillis);
        }
        int longest = session.longestMaxInactive();
        return longest == SessionRecord.FOREVER
                ? 0
                : Exptime.in(longest + touchInterval(longest) + SWEEP_MARGIN + TOMBSTONE_MARGIN, nowMillis);
    }

    /** The exptime of a live session with this time-out. */
    static int of(int maxInactive, long nowMillis) {
        return Exptime.in(seconds(maxInactive), nowMillis);
    }

    /**
     * How long stores keep a live session with this time-out after they were told of its last use, 0 for ever: a touch may
     * come an interval late, and the sweep after it.
     */
    static long seconds(int maxInactive) {
        return maxInactive <= 0 ? 0 : maxInactive + touchInterval(maxInactive) + 1 + SWEEP_MARGIN;
    }

    /** The same of a session that had this time-out at most; {@link Integer#MAX_VALUE} for ever. */
    static int longest(int maxInactive) {
        return maxInactive <= 0 ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, seconds(maxInactive));
    }

    /** Whether what a store will let go of in so many seconds, 0 for never, was unused for too long by now. */
    static boolean isOverdue(long secondsLeft) {
        return secondsLeft > 0 && secondsLeft <= SWEEP_MARGIN - ROUNDING;
    }
}
