package org.keepsake.store;

/** The expiration times of the protocol (protocol.txt, "Expiration times") as milliseconds since 1970. */
final class Expiration {

    /** An item that leaves only when it is deleted, flushed or evicted. */
    static final long NEVER = Long.MAX_VALUE;

    private static final long MAX_RELATIVE_SECONDS = 60L * 60 * 24 * 30;

    private Expiration() {}

    /**
     * When an item expires that is stored now: 0 is never, a negative one already, up to 30 days are counted from now
     * and more is Unix time.
     */
    static long of(long exptime, long now) {
        if (exptime == 0 || exptime >= NEVER / 1000) {
            return NEVER;
        }
        if (exptime < 0) {
            return now;
        }
        return exptime <= MAX_RELATIVE_SECONDS ? now + exptime * 1000 : exptime * 1000;
    }
}
