package org.keepsake.balancer;

import java.io.IOException;

/** A client sends more than it may. */
final class BodyTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    BodyTooLargeException() {
        super("the body of the request is too large");
    }
}
