package org.keepsake.store;

/**
 * What became of an {@code incr} or {@code decr}.
 *
 * @param value the new number, unsigned, when {@link Status#DONE}
 */
record Arithmetic(Status status, long value) {

    enum Status {
        DONE,
        NOT_FOUND,
        NON_NUMERIC
    }

    static Arithmetic done(long value) {
        return new Arithmetic(Status.DONE, value);
    }

    static Arithmetic failed(Status status) {
        return new Arithmetic(status, 0);
    }
}
