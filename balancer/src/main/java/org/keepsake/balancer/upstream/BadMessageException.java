package org.keepsake.balancer.upstream;

import java.io.IOException;

/** Somebody sent something that is not well-framed HTTP/1.1; the message says what. */
public final class BadMessageException extends IOException {
    private static final long serialVersionUID = 1L;

    public BadMessageException(String message) {
        super(message);
    }
}
