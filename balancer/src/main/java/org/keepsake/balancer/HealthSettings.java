package org.keepsake.balancer;

import java.time.Duration;
import org.keepsake.balancer.bounds.Bounds;

/**
 * How upstreams are asked whether they are well, as with nginx's {@code health_check} and HAProxy's {@code httpchk}: a GET
 * that is answered with a status of 200 to 399 in time.
 *
 * @param uri path and query
 * @param interval from one question to the next
 * @param rise successes in a row that bring an upstream back
 * @param fall failures in a row that take it out
 * @param timeout how long an answer may take, connection included
 */
public record HealthSettings(String uri, Duration interval, int rise, int fall, Duration timeout) {

    private static final Duration LEAST = Duration.ofMillis(10);
    private static final Duration MOST = Duration.ofHours(1);
    private static final int MOST_IN_A_ROW = 1000;

    public HealthSettings {
        Bounds.path("health-uri", uri);
        between("health-interval", interval);
        between("health-timeout", timeout);
        between("health-rise", rise);
        between("health-fall", fall);
    }

    private static void between(String name, Duration value) {
        if (value.compareTo(LEAST) < 0 || value.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(name + " " + value + " is not between 10 ms and 1 h");
        }
    }

    private static void between(String name, int value) {
        if (value < 1 || value > MOST_IN_A_ROW) {
            throw new IllegalArgumentException(name + " " + value + " is not between 1 and " + MOST_IN_A_ROW);
        }
    }
}
