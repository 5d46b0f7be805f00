package org.keepsake.node.store;

import java.time.Duration;

/** Durations as memcached takes them, see protocol.txt, "Expiration times". */
public final class Exptime {

    private static final long LONGEST_RELATIVE = Duration.ofDays(30).toSeconds();

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
}
