package org.keepsake.balancer;

import java.time.Duration;

/**
 * An upstream as the rotation sees it, with its health and its place. nginx has the same word for the same thing.
 *
 * <p>All fields that change are guarded by the {@link Rotation} it belongs to, but {@code removed} and {@code upstream},
 * which I/O threads read.
 */
final class Peer {
    private volatile Upstream upstream;

    /** Set once, when the upstream is no longer in the pool; an upstream that comes back is a new peer. */
    private volatile boolean removed;

    /** What it has saved up for its turn; the sum over all peers of a group stays 0, so it cannot overflow. */
    private long currentWeight;

    /** 0 to weight; sinks with failures and rises with each round, so that a failing peer comes back gently. */
    private int effectiveWeight;

    private int fails;
    private long failedAt;

    /** When it was last given a chance although it had failed. */
    private long checkedAt;

    Peer(Upstream upstream) {
        this.upstream = upstream;
        this.effectiveWeight = upstream.weight();
    }

    Upstream upstream() {
        return upstream;
    }

    String name() {
        return upstream.name();
    }

    boolean removed() {
        return removed;
    }

    void remove() {
        removed = true;
    }

    /** Takes new settings of the same server. */
    void configure(Upstream changed) {
        upstream = changed;
        effectiveWeight = Math.min(effectiveWeight, changed.weight());
    }

    boolean available(int maxFails, Duration failTimeout, long now) {
        return !out(maxFails) || now - checkedAt > failTimeout.toNanos();
    }

    boolean out(int maxFails) {
        return maxFails > 0 && fails >= maxFails;
    }

    /** Joins a round: saves up its weight and says how much that was. */
    int saveUp() {
        int saved = effectiveWeight;
        currentWeight += saved;
        if (effectiveWeight < upstream.weight()) {
            effectiveWeight++;
        }
        return saved;
    }

    long savedUp() {
        return currentWeight;
    }

    /** Is chosen: pays for what all have saved up in this round. */
    void pay(int total) {
        currentWeight -= total;
    }

    /** Is given a request; when it was out, others wait for the outcome. */
    void chosen(Duration failTimeout, long now) {
        if (fails > 0 && now - checkedAt > failTimeout.toNanos()) {
            checkedAt = now;
        }
    }

    /** Returns whether this failure takes it out. */
    boolean fail(int maxFails, Duration failTimeout, long now) {
        boolean wasOut = out(maxFails);
        boolean longAgo = now - failedAt > failTimeout.toNanos();
        fails = longAgo && !wasOut ? 1 : Math.min(fails + 1, Integer.MAX_VALUE - 1);
        failedAt = now;
        checkedAt = now;
        if (maxFails > 0) {
            effectiveWeight = Math.max(0, effectiveWeight - Math.max(1, upstream.weight() / maxFails));
        }
        return !wasOut && out(maxFails);
    }

    /** Returns whether this success brings it back. An answer to a request older than the last failure proves nothing. */
    boolean succeed(int maxFails, long startedAt) {
        if (fails == 0 || startedAt - failedAt < 0) {
            return false;
        }
        boolean wasOut = out(maxFails);
        fails = 0;
        return wasOut;
    }
}
