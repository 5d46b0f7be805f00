package org.keepsake.store;

/** The store's only source of time, passed in so that tests need not sleep. Thread-safe. */
@FunctionalInterface
interface Ticker {

    /** Milliseconds since 1970. Never goes back, and ticks on evenly when the host's clock is set. */
    long millis();

    /** The host's clock as it was at this call, counted on by the monotonic clock. */
    static Ticker system() {
        long offset = System.currentTimeMillis() - System.nanoTime() / 1_000_000;
        return () -> offset + System.nanoTime() / 1_000_000;
    }
}
