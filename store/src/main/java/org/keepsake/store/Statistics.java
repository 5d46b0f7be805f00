package org.keepsake.store;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** One number for each {@link Counter}. Thread-safe; exact when nobody counts. */
final class Statistics {

    /** Complete, and never changed after construction. */
    private final Map<Counter, LongAdder> counts = new EnumMap<>(Counter.class);

    Statistics() {
        for (Counter counter : Counter.values()) {
            counts.put(counter, new LongAdder());
        }
    }

    void count(Counter counter) {
        adder(counter).increment();
    }

    void count(Counter counter, long times) {
        adder(counter).add(times);
    }

    long get(Counter counter) {
        return adder(counter).sum();
    }

    /** As {@code stats reset} does. */
    void reset() {
        counts.values().forEach(LongAdder::reset);
    }

    private LongAdder adder(Counter counter) {
        return Objects.requireNonNull(counts.get(counter));
    }
}
