package org.keepsake.store;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** What the shards of one cache share: bytes in use, uses, cas ids and counters. Thread-safe. */
final class Ledger {

    final Statistics statistics;

    /** Bytes of all linked items together: the sum over the shards. */
    private final AtomicLong bytes = new AtomicLong();

    /** Counts uses of items, so that the least recently used one is known across shards. */
    private final AtomicLong uses = new AtomicLong();

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

    long nextUse() {
        return uses.incrementAndGet();
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
