package org.keepsake.balancer.listen;

import java.time.Duration;
import org.keepsake.balancer.bounds.Bounds;

/**
 * How long clients may take; the words are nginx's.
 *
 * @param header for the head of a request, from its first byte
 * @param body from one piece of the body of a request to the next
 * @param send from one piece of a response that the client takes to the next
 * @param keepalive until the next request on a connection
 */
public record ClientTimeouts(Duration header, Duration body, Duration send, Duration keepalive) {

    public ClientTimeouts {
        Bounds.timeout("client-header-timeout", header);
        Bounds.timeout("client-body-timeout", body);
        Bounds.timeout("send-timeout", send);
        Bounds.timeout("keepalive-timeout", keepalive);
    }

    /** nginx's, but less for heads: who needs longer for one wants to keep us busy. */
    public static ClientTimeouts defaults() {
        Duration minute = Duration.ofMinutes(1);
        return new ClientTimeouts(Duration.ofSeconds(20), minute, minute, Duration.ofSeconds(75));
    }
}
