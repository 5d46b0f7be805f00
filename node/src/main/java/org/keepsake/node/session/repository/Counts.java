package org.keepsake.node.session.repository;

import java.util.concurrent.atomic.LongAdder;

/** What happened to the sessions of one application since it was deployed, if it is counted. Thread-safe. */
public final class Counts {

    final LongAdder conflicts;
    final LongAdder repairs;
    final LongAdder damaged;
    final LongAdder newer;
    final LongAdder unknown;
    final LongAdder lockWaits;
    final LongAdder lockTimeouts;
    final LongAdder locksAbandoned;
    final LongAdder locksLost;
    final LongAdder bytesRead;
    final LongAdder bytesWritten;

    /** Stays at 0. */
    private static final class Idle extends LongAdder {

        private static final long serialVersionUID = 1L;

        @Override
        public void add(long unused) {
            // Nobody wants to know.
        }
    }

    /** Counts everything. */
    public Counts() {
        this(true);
    }

    /** @param counting otherwise everything stays 0 */
    public Counts(boolean counting) {
        conflicts = adder(counting);
        repairs = adder(counting);
        damaged = adder(counting);
        newer = adder(counting);
        unknown = adder(counting);
        lockWaits = adder(counting);
        lockTimeouts = adder(counting);
        locksAbandoned = adder(counting);
        locksLost = adder(counting);
        bytesRead = adder(counting);
        bytesWritten = adder(counting);
    }

    /** Counts, or stays at 0 whatever is added. */
    public static LongAdder adder(boolean counting) {
        return counting ? new LongAdder() : new Idle();
    }

    /** Writes of one attribute that gave way to an overlapping request's. */
    public long conflicts() {
        return conflicts.sum();
    }

    /** Loads that found the copies different and made them equal. */
    public long repairs() {
        return repairs.sum();
    }

    /** Answers of stores that were no readable record. */
    public long damaged() {
        return damaged.sum();
    }

    /** Answers of stores that were records of a newer version, and were left alone. */
    public long newer() {
        return newer.sum();
    }

    /** Operations on stores of which no answer came. */
    public long unknown() {
        return unknown.sum();
    }

    /** Requests that waited for a lock. */
    public long lockWaits() {
        return lockWaits.sum();
    }

    /** Requests that waited for a lock as long as they may. */
    public long lockTimeouts() {
        return lockTimeouts.sum();
    }

    /** Locks whose holder was gone, and that ended by their lifetime. */
    public long locksAbandoned() {
        return locksAbandoned.sum();
    }

    /** Locks that this node held and lost before it was done. */
    public long locksLost() {
        return locksLost.sum();
    }

    /** Bytes of records that stores answered with. */
    public long bytesRead() {
        return bytesRead.sum();
    }

    /** Bytes of records sent to stores. */
    public long bytesWritten() {
        return bytesWritten.sum();
    }
}
