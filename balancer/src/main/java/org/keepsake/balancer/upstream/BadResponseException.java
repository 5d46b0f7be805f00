package org.keepsake.balancer.upstream;

import java.io.IOException;

/** An upstream sent something that is not well-framed HTTP/1.1; the message says what. */
public final class BadResponseException extends IOException {
    private static final long serialVersionUID = 1L;

    public BadResponseException(String message) {
        super(message);
    }
}
