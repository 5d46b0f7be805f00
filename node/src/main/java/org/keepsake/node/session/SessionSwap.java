package org.keepsake.node.session;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.keepsake.node.session.repository.SessionsUnavailable;
import org.keepsake.node.session.settings.HeapSettings;
import org.keepsake.node.session.time.Timing;

/**
 * Lets go of sessions that live on in the stores, so that the heap has room for those that are used. Used by the
 * sweeper's thread.
 *
 * <p>What only this node has stays: a session that a request uses, that no store knows of, or an object of which cannot
 * leave the node.
 */
final class SessionSwap {

    private static final System.Logger LOG = System.getLogger(SessionSwap.class.getName());

    /** How long this node remembers an unused session that has no time-out. */
    private static final long UNLIMITED_STAYS_HERE = Duration.ofHours(1).toMillis();

    private final HeapSessions heap;
    private final Trust trust;
    private final Timing timing;
    private final SessionCounters counters;
    private final UnstoredChanges unstored;
    private final HeapSettings limits;
    private final boolean shared;

    /** @param shared whether sessions are elsewhere as well; else none is ever let go of */
    SessionSwap(
            HeapSessions heap,
            Trust trust,
            Timing timing,
            SessionCounters counters,
            UnstoredChanges unstored,
            HeapSettings limits,
            boolean shared) {
        this.heap = heap;
        this.trust = trust;
        this.timing = timing;
        this.counters = counters;
        this.unstored = unstored;
        this.limits = limits;
        this.shared = shared;
    }

    /** Lets go of those that were not used for too long, and of those beyond the limit. */
    void swap() {
        if (shared) {
            long now = timing.millis();
            limits.maxIdleSwap().ifPresent(longest -> releaseUnused(now - longest.toMillis()));
            releaseSome(now - limits.minIdleSwap().orElse(Duration.ZERO).toMillis());
        }
    }

    private void releaseUnused(long since) {
        releasable().filter(used -> used.last() <= since).forEach(used -> storeAndRelease(used.session()));
    }

    /** Those beyond the limit that nobody has used for longest. */
    private void releaseSome(long since) {
        int excess = heap.all().size() - limits.maxKept();
        if (excess > 0) {
            releasable()
                    .filter(used -> used.last() <= since)
                    .sorted(Comparator.comparingLong(Used::last))
                    .limit(excess)
                    .forEach(used -> storeAndRelease(used.session()));
        }
    }

    private Stream<Used> releasable() {
        return heap.all().stream()
                .filter(held -> held.users.get() == 0 && !held.hasStaying() && (held.isStored() || held.isUnstored()))
                .filter(held -> !held.isUnstored() || unstored.canFlush())
                .map(held -> new Used(held, held.lastAccess()));
    }

    /** When a session was last used, at one moment: what changes while it is sorted has no order. */
    private record Used(HeldSession session, long last) {}

    /** Lets go of a session that has no time-out and seems forgotten. */
    void releaseIfForgotten(HeldSession held, long now) {
        if (shared && held.record().maxInactive() <= 0 && now - held.lastAccess() > UNLIMITED_STAYS_HERE) {
            release(held);
        }
    }

    /** What is kept here that no store has is stored before. */
    private void storeAndRelease(HeldSession held) {
        try {
            boolean stored = !held.isUnstored() || unstored.flushUnused(held);
            if (stored && held.users.get() == 0) {
                release(held);
            }
        } catch (SessionsUnavailable e) {
            LOG.log(Level.DEBUG, "a session stays in the heap: {0}", e.getMessage());
        }
    }

    private void release(HeldSession held) {
        trust.released(held);
        heap.release(held);
        counters.released.increment();
    }
}
