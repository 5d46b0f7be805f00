package org.keepsake.store;

/** Whether the Java heap can hold what a store is allowed to keep. */
final class HeapCheck {

    private static final long MEGABYTE = 1 << 20;

    /** What the server itself takes, and what the collector needs to work. */
    private static final long BASE = 32 * MEGABYTE;

    /** Some collectors leave one survivor space, up to this part, out of the maximal heap they tell. */
    private static final int SURVIVOR_PART = 16;

    private HeapCheck() {}

    /** @throws IllegalArgumentException it cannot; the message says which heap could */
    static void check(StoreConfig config, long maxHeap) {
        long needed = needed(config);
        if (needed - needed / SURVIVOR_PART > maxHeap) {
            throw new IllegalArgumentException("store " + config.name() + ": memory of "
                    + Bytes.format(config.memory()) + " needs a Java heap of " + Bytes.format(needed)
                    + " and this one has " + Bytes.format(maxHeap / MEGABYTE * MEGABYTE) + ": start java with -Xmx"
                    + Bytes.format(needed) + " or lower --memory");
        }
    }

    /** Half as much again, for what clients half send and do not read, and for the collector; in whole megabytes. */
    private static long needed(StoreConfig config) {
        long bytes = BASE + config.memory() + Math.max(config.memory() / 2, 2 * BufferBudget.limit(config));
        return (bytes + MEGABYTE - 1) / MEGABYTE * MEGABYTE;
    }
}
