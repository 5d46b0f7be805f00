package org.keepsake.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that connections may hold for what is half sent or not yet read, all of them together, beside the items.
 * Thread-safe. It is settled after the fact, so each event loop may overdraw it by one read.
 */
final class BufferBudget {

    private final long limit;
    private final AtomicLong held = new AtomicLong();

    BufferBudget(long limit) {
        this.limit = limit;
    }

    /** A quarter of what the items may have, and room for a few of the longest. */
    static BufferBudget of(StoreConfig config) {
        return new BufferBudget(limit(config));
    }

    static long limit(StoreConfig config) {
        return Math.max(config.memory() / 4, 4L * config.maxItemSize());
    }

    /**
     * Whether somebody who holds so much may take more. Who holds little is served even when those who hold much have
     * used up the limit: a few large values half sent must not keep small ones out.
     */
    boolean allows(int alreadyHeld, int more) {
        long allowed = alreadyHeld + more <= Value.CHUNK ? 2 * limit : limit;
        return held.get() + more <= allowed;
    }

    /** Whether even those who hold little get no more. */
    boolean exceeded() {
        return held.get() > 2 * limit;
    }

    /** One connection holds so many bytes more, or fewer, than before. */
    void adjust(int difference) {
        if (difference != 0) {
            held.addAndGet(difference);
        }
    }

    long held() {
        return held.get();
    }
}
