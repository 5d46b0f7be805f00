package org.keepsake.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;

/** Tells whoever is on call that items are lost which nobody gave up: at once, then at most once a minute. Thread-safe. */
final class EvictionLog {

    static final long INTERVAL_MILLIS = 60_000;

    private static final Logger LOG = System.getLogger(EvictionLog.class.getName());

    private final String store;
    private final long memory;
    private final AtomicLong unreported = new AtomicLong();
    /** Before this time nothing is logged. */
    private final AtomicLong quietUntil = new AtomicLong(Long.MIN_VALUE);

    EvictionLog(String store, long memory) {
        this.store = store;
        this.memory = memory;
    }

    void evicted(int items, long now) {
        unreported.addAndGet(items);
        report(now);
    }

    /** Reports what was held back, when there is anything and it is time. */
    void report(long now) {
        long until = quietUntil.get();
        if (unreported.get() > 0 && now >= until && quietUntil.compareAndSet(until, now + INTERVAL_MILLIS)) {
            long items = unreported.getAndSet(0);
            LOG.log(
                    Level.WARNING,
                    store + ": evicted items that had not expired: " + items + ", the memory of " + Bytes.format(memory)
                            + " is full: raise --memory");
        }
    }
}
