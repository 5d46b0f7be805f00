package org.keepsake.store;

/**
 * An {@code incr} or {@code decr}.
 *
 * @param amount unsigned
 * @param casUnique the id the client has seen, or 0 for any
 * @param initial the number, unsigned, to begin with where there is no item
 * @param exptime of the item to begin with, in the protocol's seconds; {@link #NOT_CREATED} for none
 */
record Delta(boolean increment, long amount, long casUnique, long initial, long exptime) {

    /** The exptime that says so in the binary protocol. */
    static final long NOT_CREATED = 0xffff_ffffL;

    /** As the text protocol has it: of whichever item, and of none where none is. */
    static Delta of(boolean increment, long amount) {
        return new Delta(increment, amount, 0, 0, NOT_CREATED);
    }

    boolean creates() {
        return exptime != NOT_CREATED;
    }

    /** Modulo 2^64 upwards, to 0 downwards. */
    long applyTo(long number) {
        if (increment) {
            return number + amount;
        }
        return Long.compareUnsigned(number, amount) < 0 ? 0 : number - amount;
    }
}
