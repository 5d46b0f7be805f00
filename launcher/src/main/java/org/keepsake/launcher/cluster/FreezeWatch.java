package org.keepsake.launcher.cluster;

import java.time.Duration;

/**
 * Notices that this process stood still for so long that the other members may have gone on without it. When it is
 * alone afterwards, that says nothing of them: it must first have had time to find them again. Times are those of {@link
 * System#nanoTime}. Not thread-safe.
 */
final class FreezeWatch {

    private final long longestGap;
    private final long grace;
    private long lastBeat;
    private boolean hadCompany;
    private boolean doubting;
    private long doubtSince;

    /**
     * Begins to watch at a time.
     *
     * @param longestGap between two beats; a longer one is a freeze
     * @param grace how long it takes at most to find the other members again
     */
    FreezeWatch(Duration longestGap, Duration grace, long now) {
        this.longestGap = longestGap.toNanos();
        this.grace = grace.toNanos();
        this.lastBeat = now;
    }

    /** Tells that this process runs, and whether there are other members. */
    void beat(long now, boolean company) {
        if (hadCompany && now - lastBeat > longestGap) {
            doubting = true;
            doubtSince = now;
        }
        lastBeat = now;
        hadCompany = company;
    }

    /** Whether to be alone may only mean to have been frozen. */
    boolean doubtsSolitude(long now) {
        doubting = doubting && now - doubtSince < grace;
        return doubting;
    }
}
