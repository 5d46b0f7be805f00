package org.keepsake.balancer;

import java.time.Duration;

/**
 * How long clients may take; the words are nginx's.
 *
 * @param header for the head of a request, from its first byte
 * @param body from one piece of the body of a request to the next
 * @param send from one piece of a response that the client takes to the next
 * @param keepalive until the next request on a connection
 */
public record ClientTimeouts(Duration header, Duration body, Duration send, Duration keepalive) {

    private static final Duration LEAST = Duration.ofMillis(1);
    private static final Duration MOST = Duration.ofDays(1);

    public ClientTimeouts {
        between("client-header-timeout", header);
        between("client-body-timeout", body);
        between("send-timeout", send);
        between("keepalive-timeout", keepalive);
    }

    /** nginx's, but less for heads: who needs longer for one wants to keep us busy. */
    public static ClientTimeouts defaults() {
        Duration minute = Duration.ofMinutes(1);
        return new ClientTimeouts(Duration.ofSeconds(20), minute, minute, Duration.ofSeconds(75));
    }

    private static void between(String name, Duration value) {
        if (value.compareTo(LEAST) < 0 || value.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(name + " " + value + " is not between 1 ms and 1 day");
        }
    }
}
