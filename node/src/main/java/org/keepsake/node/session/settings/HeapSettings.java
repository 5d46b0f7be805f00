package org.keepsake.node.session.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How many sessions of one application one node has in its heap, and what becomes of those that are nowhere else when it
 * stops. Immutable; checked when it is made.
 *
 * @param maxActive no new session begins on a node that has this many already; {@link #UNLIMITED}, or any negative number
 *     as on Tomcat, for as many as there are. Sessions that come from another node are not counted against it: their
 *     users are there already
 * @param maxKept beyond it a node lets go of the sessions that were not used for longest, which live on in the stores; those
 *     that hold what only this node has stay. At least 1; without stores there is no such limit
 * @param minIdleSwap beyond {@code maxKept} only those are let go of that were not used for at least that long; empty for
 *     any
 * @param maxIdleSwap what was not used for that long is let go of however few there are; empty for none
 * @param directory where sessions that are in the heap of a node alone wait while it restarts, in a folder of its name;
 *     empty if they end with it
 */
public record HeapSettings(
        int maxActive,
        int maxKept,
        Optional<Duration> minIdleSwap,
        Optional<Duration> maxIdleSwap,
        Optional<Path> directory) {

    /** Of {@code maxActive}: no limit. */
    public static final int UNLIMITED = -1;

    public HeapSettings {
        if (maxKept < 1) {
            throw new IllegalArgumentException("max sessions in heap " + maxKept + ": is less than 1");
        }
        checkTime("min idle swap", minIdleSwap);
        checkTime("max idle swap", maxIdleSwap);
        if (minIdleSwap.isPresent()
                && maxIdleSwap.isPresent()
                && minIdleSwap.get().compareTo(maxIdleSwap.get()) > 0) {
            throw new IllegalArgumentException("min idle swap %d ms: is longer than max idle swap %d ms"
                    .formatted(minIdleSwap.get().toMillis(), maxIdleSwap.get().toMillis()));
        }
    }

    private static void checkTime(String what, Optional<Duration> time) {
        if (time.filter(Duration::isNegative).isPresent()) {
            throw new IllegalArgumentException(what + " " + time.get().toMillis() + " ms: is less than 0");
        }
    }

    /** Whenever they were used last, and without a directory. */
    public HeapSettings(int maxActive, int maxKept) {
        this(maxActive, maxKept, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** No limit; 50,000 sessions stay in the heap, some hundred megabytes with sessions of 2 kB; no directory. */
    public static HeapSettings defaults() {
        return new HeapSettings(UNLIMITED, 50_000);
    }

    /** These settings with another limit for new sessions. */
    public HeapSettings withMaxActive(int other) {
        return new HeapSettings(other, maxKept, minIdleSwap, maxIdleSwap, directory);
    }

    /** These settings with another place where sessions wait. */
    public HeapSettings withDirectory(Optional<Path> other) {
        return new HeapSettings(maxActive, maxKept, minIdleSwap, maxIdleSwap, other);
    }

    /** These settings with other times after which sessions are let go of. */
    public HeapSettings withIdleSwap(Optional<Duration> min, Optional<Duration> max) {
        return new HeapSettings(maxActive, maxKept, min, max, directory);
    }

    /** Whether a new session may begin beside so many. */
    public boolean admits(int active) {
        return maxActive < 0 || active < maxActive;
    }
}
