package org.keepsake.node.memcached;

import java.time.Duration;
import java.util.Optional;

/**
 * How a node talks to its stores. Immutable; contradictions are refused by the constructor.
 *
 * @param operationTimeout within which every operation ends, one way or the other; positive, at most one minute
 * @param timeoutsUntilDown how many timeouts in a row declare a store down; 1..100
 * @param heartbeat how often a store that is up is asked for its version; positive
 * @param probeInterval how often a store that is down is tried; positive
 * @param maxBytesInFlight how many bytes of keys and values may wait for one store; at least 1 MiB. What comes on top
 *     is not sent. A single operation is always let through when nothing else waits
 * @param protocol what the stores are spoken to in
 * @param credentials with which the node logs in to every store, if they ask for it: by SASL PLAIN in the binary
 *     protocol, by the first {@code set} in the text protocol (memcached -Y)
 */
public record ConnectionSettings(
        Duration operationTimeout,
        int timeoutsUntilDown,
        Duration heartbeat,
        Duration probeInterval,
        long maxBytesInFlight,
        Protocol protocol,
        Optional<Credentials> credentials) {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    /**
     * Checks every setting.
     *
     * @throws IllegalArgumentException with one sentence that names the setting, the value and the rule
     */
    public ConnectionSettings {
        check("memcached operation timeout", operationTimeout);
        check("memcached heartbeat", heartbeat);
        check("memcached probe interval", probeInterval);
        if (timeoutsUntilDown < 1 || timeoutsUntilDown > 100) {
            throw new IllegalArgumentException(
                    "memcached timeouts until down: %d is not between 1 and 100".formatted(timeoutsUntilDown));
        }
        if (maxBytesInFlight < 1 << 20) {
            throw new IllegalArgumentException(
                    "memcached bytes in flight: %d is less than 1 MiB (1048576)".formatted(maxBytesInFlight));
        }
    }

    /** 300 ms for an operation, down after 3 timeouts, a heartbeat each second, a probe each 100 ms, 16 MiB. */
    public static ConnectionSettings defaults() {
        return withOperationTimeout(Duration.ofMillis(300));
    }

    /** In the text protocol and without a login. */
    public ConnectionSettings(
            Duration operationTimeout,
            int timeoutsUntilDown,
            Duration heartbeat,
            Duration probeInterval,
            long maxBytesInFlight) {
        this(
                operationTimeout,
                timeoutsUntilDown,
                heartbeat,
                probeInterval,
                maxBytesInFlight,
                Protocol.TEXT,
                Optional.empty());
    }

    /** The same in another protocol, with or without a login. */
    public ConnectionSettings with(Protocol other, Optional<Credentials> login) {
        return new ConnectionSettings(
                operationTimeout, timeoutsUntilDown, heartbeat, probeInterval, maxBytesInFlight, other, login);
    }

    /** The {@link #defaults()} with another operation timeout. */
    public static ConnectionSettings withOperationTimeout(Duration operationTimeout) {
        return new ConnectionSettings(operationTimeout, 3, Duration.ofSeconds(1), Duration.ofMillis(100), 16L << 20);
    }

    private static void check(String what, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("%s: %s is not between 1 ms and 1 minute".formatted(what, value));
        }
    }
}
