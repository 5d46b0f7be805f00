package org.keepsake.store;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** What the shards of one cache share: bytes in use, uses, cas ids and counters. Thread-safe. */
final class Ledger {

    /** A million uses in one millisecond before the next ones are taken for later than they are. */
    private static final int USES_PER_MILLI_BITS = 20;

    final Statistics statistics;

    /** Bytes of all linked items together: the sum over the shards. */
    private final AtomicLong bytes = new AtomicLong();

    /** The newest use of any item, so that the least recently used one is known across shards. */
    private final AtomicLong newestUse = new AtomicLong();

    /**
     * Starts anywhere in the positive longs, so that the ids of two stores, or of one before and after its restart, do
     * not meet: who holds an id of the other one is told that the item has changed.
     */
    private final AtomicLong casIds = new AtomicLong(randomEpoch(new SecureRandom()));

    Ledger(Statistics statistics) {
        this.statistics = statistics;
    }

    /** At least 2^32 and at most 2^63 - 2^32, with 2^32 ids to the next. */
    private static long randomEpoch(SecureRandom random) {
        return (1 + (long) random.nextInt(Integer.MAX_VALUE)) << 32;
    }

    /** Greater than any before; its {@linkplain #millisOfUse time} is now, give or take as many uses as were in a hurry. */
    long nextUse(long now) {
        long earliest = now << USES_PER_MILLI_BITS;
        long before;
        long next;
        do {
            before = newestUse.get();
            next = Math.max(before + 1, earliest);
        } while (!newestUse.compareAndSet(before, next));
        return next;
    }

    /** When that use was, in milliseconds since 1970. */
    static long millisOfUse(long use) {
        return use >>> USES_PER_MILLI_BITS;
    }

    long nextCas() {
        return casIds.incrementAndGet();
    }

    long bytes() {
        return bytes.get();
    }

    void linked(Item item) {
        bytes.addAndGet(item.size());
    }

    void unlinked(Item item) {
        bytes.addAndGet(-item.size());
    }

    void unlinked(long manyBytes) {
        bytes.addAndGet(-manyBytes);
    }
}
