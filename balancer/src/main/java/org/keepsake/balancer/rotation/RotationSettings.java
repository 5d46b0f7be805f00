package org.keepsake.balancer.rotation;

import java.time.Duration;
import org.keepsake.balancer.bounds.Bounds;

/**
 * How requests are shared out. The words mean what they mean in nginx.
 *
 * @param algorithm how the next upstream is chosen
 * @param maxFails failures within {@code failTimeout} that take an upstream out of the rotation; 0 never does
 * @param failTimeout how long failures count, and how long an upstream then stays out
 * @param slowStart how long the share of an upstream that has come, or come back, grows to its weight; zero for at once
 * @param maxConns requests under way at one upstream at the most; 0 for as many as come
 * @param queueTimeout how long a request waits for an upstream that is not full
 */
public record RotationSettings(
        Algorithm algorithm,
        int maxFails,
        Duration failTimeout,
        Duration slowStart,
        int maxConns,
        Duration queueTimeout) {

    public RotationSettings {
        Bounds.notNegative("max-fails", maxFails);
        Bounds.notNegative("max-conns", maxConns);
        Bounds.timeout("fail-timeout", failTimeout);
        Bounds.timeOrNone("slow-start", slowStart);
        Bounds.timeout("queue-timeout", queueTimeout);
    }

    /** nginx's defaults, and no limit. */
    public static RotationSettings defaults() {
        return new RotationSettings(
                Algorithm.ROUND_ROBIN, 1, Duration.ofSeconds(10), Duration.ZERO, 0, Duration.ofSeconds(5));
    }

    public RotationSettings withAlgorithm(Algorithm value) {
        return new RotationSettings(value, maxFails, failTimeout, slowStart, maxConns, queueTimeout);
    }

    /** Replaces both passive health settings: failures that count, and how long. */
    public RotationSettings withHealth(int fails, Duration timeout) {
        return new RotationSettings(algorithm, fails, timeout, slowStart, maxConns, queueTimeout);
    }

    public RotationSettings withSlowStart(Duration value) {
        return new RotationSettings(algorithm, maxFails, failTimeout, value, maxConns, queueTimeout);
    }

    /** Replaces the limit for each upstream, and how long a request waits when all have reached it. */
    public RotationSettings withLimit(int conns, Duration timeout) {
        return new RotationSettings(algorithm, maxFails, failTimeout, slowStart, conns, timeout);
    }
}
