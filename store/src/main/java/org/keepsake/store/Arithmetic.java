package org.keepsake.store;

/**
 * What became of an {@code incr} or {@code decr}.
 *
 * @param value the new number, unsigned, when {@link Status#DONE}
 * @param cas the item's new id when {@link Status#DONE}
 */
record Arithmetic(Status status, long value, long cas) {

    enum Status {
        DONE,
        NOT_FOUND,
        /** The item is not the one the client has seen. */
        EXISTS,
        NON_NUMERIC
    }

    static Arithmetic failed(Status status) {
        return new Arithmetic(status, 0, 0);
    }
}
