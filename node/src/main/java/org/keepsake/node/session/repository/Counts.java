package org.keepsake.node.session.repository;

import java.util.concurrent.atomic.LongAdder;

/** What happened to the sessions of one application since it was deployed. Thread-safe. */
public final class Counts {

    final LongAdder conflicts = new LongAdder();
    final LongAdder repairs = new LongAdder();
    final LongAdder damaged = new LongAdder();
    final LongAdder newer = new LongAdder();

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
}
