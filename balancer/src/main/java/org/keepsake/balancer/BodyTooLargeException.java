package org.keepsake.balancer;

import java.io.IOException;

/** A client sends more than it may. */
final class BodyTooLargeException extends IOException {
    /** What the client is told, however it is found out. */
    static final String SENTENCE = "The body of the request is too large.";

    private static final long serialVersionUID = 1L;

    BodyTooLargeException() {
        super(SENTENCE);
    }
}
