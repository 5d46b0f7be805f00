package org.keepsake.balancer;

import java.io.IOException;

/** The client broke off while its request was read, or broke the framing: its cause is then a bad message. */
final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
