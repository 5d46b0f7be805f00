package org.keepsake.store;

import java.io.IOException;

/**
 * One client's side of a protocol: reads commands from bytes, carries them out on the {@link Cache} and writes the
 * answers to an {@link Output}. Used by one event loop.
 */
interface Protocol {

    /**
     * Carries out what is complete, and stops early when the output is blocked or the connection is to be closed.
     *
     * @return the position up to which the bytes are used; the rest is handed in again, with more behind it
     */
    int consume(byte[] input, int from, int to) throws IOException;

    /** Whether the connection is to be closed as soon as the answers are written. */
    boolean finished();

    /** Bytes of memory held for commands that are half received or half answered. */
    int held();

    /** Where the protocol stands, for {@code stats conns}. */
    String state();
}
