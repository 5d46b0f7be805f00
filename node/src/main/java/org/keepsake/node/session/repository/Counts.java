package org.keepsake.node.session.repository;

import java.util.concurrent.atomic.LongAdder;

/** What happened to the sessions of one application since it was deployed. Thread-safe. */
public final class Counts {

    final LongAdder conflicts = new LongAdder();
    final LongAdder repairs = new LongAdder();
    final LongAdder damaged = new LongAdder();
    final LongAdder newer = new LongAdder();
    final LongAdder unknown = new LongAdder();
    final LongAdder lockWaits = new LongAdder();
    final LongAdder lockTimeouts = new LongAdder();
    final LongAdder locksAbandoned = new LongAdder();
    final LongAdder locksLost = new LongAdder();
    final LongAdder bytesRead = new LongAdder();
    final LongAdder bytesWritten = new LongAdder();

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
