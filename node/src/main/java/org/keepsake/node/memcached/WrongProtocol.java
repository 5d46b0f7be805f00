package org.keepsake.node.memcached;

import java.io.IOException;

/** A store that does not speak the protocol in which it is asked, and speaks the other one. */
final class WrongProtocol extends IOException {

    private static final long serialVersionUID = 1;

    /** @param spoken what it speaks */
    WrongProtocol(Protocol spoken) {
        super("it speaks only the %s protocol; start the nodes with --memcached-protocol=%s"
                .formatted(spoken.word(), spoken.word()));
    }
}
