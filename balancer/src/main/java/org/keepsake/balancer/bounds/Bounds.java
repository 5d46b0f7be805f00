package org.keepsake.balancer.bounds;

import java.time.Duration;

/** Checks of settings. All throw an {@link IllegalArgumentException} with one sentence for the user, which names the setting. */
public final class Bounds {

    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(1);
    private static final Duration MOST = Duration.ofDays(1);

    private Bounds() {}

    /** Something is counted: 0 or more. */
    public static void notNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " " + value + " is negative");
        }
    }

    /** Something ends after this time: 1 ms to 1 day. */
    public static void timeout(String name, Duration value) {
        between(name, value, LEAST_TIMEOUT, "1 ms");
    }

    /** Something takes this time, or none: 0 to 1 day. */
    public static void timeOrNone(String name, Duration value) {
        between(name, value, Duration.ZERO, "0");
    }

    /** A TCP port: 1 to 65535. */
    public static void port(String name, int value) {
        if (value < 1 || value > 65535) {
            throw new IllegalArgumentException(name + " " + value + " is not between 1 and 65535");
        }
    }

    /** A path on a server, as {@code /health}. */
    public static void path(String name, String value) {
        if (!value.matches("/[\\x21-\\x7e]*")) {
            throw new IllegalArgumentException(name + " '" + value + "' is not a path like /health");
        }
    }

    private static void between(String name, Duration value, Duration least, String leastText) {
        if (value.compareTo(least) < 0 || value.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(name + " " + value + " is not between " + leastText + " and 1 day");
        }
    }
}
