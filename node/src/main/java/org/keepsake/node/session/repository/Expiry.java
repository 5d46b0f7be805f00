package org.keepsake.node.session.repository;

import java.time.Duration;
import org.keepsake.node.session.record.SessionRecord;

/** How long stores keep what. Times to live are memcached's exptime, see protocol.txt, "Expiration times". */
public final class Expiry {

    private static final long LONGEST_RELATIVE = Duration.ofDays(30).toSeconds();
    /** What a store may be late with, cut off or being synchronized, when the session it still holds was ended. */
    private static final long TOMBSTONE_MARGIN = Duration.ofDays(1).toSeconds();

    private Expiry() {}

    /** How often, in seconds, the use of a session is told to the stores: every 20th of its time-out, at least 1. */
    public static long touchInterval(int maxInactive) {
        return Math.max(1, maxInactive / 20);
    }

    /** The exptime of a record or tombstone. */
    static int of(SessionRecord session, long nowMillis) {
        if (!session.isTombstone()) {
            return of(session.maxInactive(), nowMillis);
        }
        int longest = session.longestMaxInactive();
        return longest == SessionRecord.FOREVER
                ? 0
                : exptime(longest + touchInterval(longest) + TOMBSTONE_MARGIN, nowMillis);
    }

    /** The exptime of a live session with this time-out: a touch may come an interval late. */
    static int of(int maxInactive, long nowMillis) {
        return maxInactive <= 0 ? 0 : exptime(maxInactive + touchInterval(maxInactive) + 1, nowMillis);
    }

    private static int exptime(long seconds, long nowMillis) {
        if (seconds <= LONGEST_RELATIVE) {
            return (int) seconds;
        }
        return (int) Math.min(Integer.MAX_VALUE, nowMillis / 1000 + seconds);
    }
}
