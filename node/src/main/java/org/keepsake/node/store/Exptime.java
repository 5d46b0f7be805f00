package org.keepsake.node.store;

import java.time.Duration;

/** Durations as memcached takes them, see protocol.txt, "Expiration times". */
public final class Exptime {

    private static final long LONGEST_RELATIVE = Duration.ofDays(30).toSeconds();

    /** Long past: what is above 30 days is taken for seconds since 1970. */
    public static final int AT_ONCE = (int) LONGEST_RELATIVE + 1;

    private Exptime() {}

    /**
     * The exptime of what is to be there for some time: relative up to 30 days, so that no clock but the store's counts,
     * absolute above that.
     *
     * @param seconds 0 for ever
     * @param nowMillis milliseconds since 1970
     */
    public static int in(long seconds, long nowMillis) {
        return (int) (seconds <= LONGEST_RELATIVE ? seconds : Math.min(Integer.MAX_VALUE, nowMillis / 1000 + seconds));
    }

    /**
     * How long something is to be there that has this exptime, in seconds from now: 0 for ever, negative if its time is
     * over.
     *
     * @param nowMillis milliseconds since 1970
     */
    public static long left(int exptime, long nowMillis) {
        if (exptime <= LONGEST_RELATIVE) {
            return exptime;
        }
        long left = exptime - nowMillis / 1000;
        return left == 0 ? -1 : left;
    }
}
