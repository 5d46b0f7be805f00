package org.keepsake.store;

import java.io.IOException;

/** An answer that may be too long for one turn. Used by one event loop. */
interface LongAnswer {

    /**
     * Writes until the answer is complete or the output is blocked, whichever comes first.
     *
     * @return whether it is complete
     */
    boolean write(Output output) throws IOException;

    /** Bytes of memory held until it is complete. */
    int held();
}
