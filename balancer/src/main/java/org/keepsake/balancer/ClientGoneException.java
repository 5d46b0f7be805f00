package org.keepsake.balancer;

import io.undertow.util.StatusCodes;
import java.io.IOException;
import org.keepsake.balancer.upstream.BadMessageException;

/** The client broke off while its request was read, or sent what cannot be read on. */
final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(IOException cause) {
        super(cause.getMessage(), cause);
    }

    /** The status of the answer for a client that is still there; 0 for one that has gone. */
    int status() {
        if (getCause() instanceof BodyTooLargeException) {
            return StatusCodes.REQUEST_ENTITY_TOO_LARGE;
        }
        return getCause() instanceof BadMessageException ? StatusCodes.BAD_REQUEST : 0;
    }

    /** What the client is told. */
    String sentence() {
        return getCause() instanceof BodyTooLargeException
                ? BodyTooLargeException.SENTENCE
                : "The framing of the request body is broken.";
    }
}
