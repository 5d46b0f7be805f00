package org.keepsake.node.session;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.keepsake.node.session.repository.Expiry;
import org.keepsake.node.session.repository.Remembered;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.repository.SessionTooNew;
import org.keepsake.node.session.repository.SessionsUnavailable;
import org.keepsake.node.session.time.Timing;

/**
 * Ends sessions that nobody used for too long, on any node. Used by the sweeper's thread.
 *
 * <p>A node only knows of the uses it saw itself, so it asks the stores before it ends a session.
 */
final class SessionExpiry {

    private static final System.Logger LOG = System.getLogger(SessionExpiry.class.getName());

    /** How often to look for sessions of nodes that are gone; nodes take turns, see the repository. */
    private static final Duration OVERDUE = Duration.ofSeconds(5);

    private final SessionRepository repository;
    private final HeapSessions heap;
    private final SessionEnding ending;
    private final Timing timing;
    private final Function<HeldSession, RequestSession> outside;
    private final Trust trust;
    private final boolean delayed;
    private final SessionSwap swap;

    /** Those that seem to be used by nobody. Used by the sweeper's thread. */
    private final List<HeldSession> due = new ArrayList<>();

    /** When to look for sessions of nodes that are gone. Used by the sweeper's thread. */
    private long nextOverdue;

    /**
     * @param outside a session as somebody has it who is in no request
     * @param delayed whether the stores may be told of a use long after it
     */
    SessionExpiry(
            SessionRepository repository,
            HeapSessions heap,
            SessionEnding ending,
            Timing timing,
            Function<HeldSession, RequestSession> outside,
            Trust trust,
            boolean delayed,
            SessionSwap swap) {
        this.trust = trust;
        this.delayed = delayed;
        this.swap = swap;
        this.nextOverdue = timing.nanos() + OVERDUE.toNanos();
        this.repository = repository;
        this.heap = heap;
        this.ending = ending;
        this.timing = timing;
        this.outside = outside;
    }

    /** Looks at every session in the heap that no request uses. */
    void sweep() {
        long now = timing.millis();
        for (HeldSession held : heap.all()) {
            if (held.users.get() == 0) {
                sweep(held, now);
            }
        }
        endDue();
        swap.swap();
        if (timing.nanos() - nextOverdue >= 0) {
            sweepOverdue(now);
            nextOverdue = timing.nanos() + OVERDUE.toNanos();
        }
    }

    /** Ends what a node had that is gone; those in this heap are swept above. */
    private void sweepOverdue(long now) {
        for (SessionId id : repository.overdue()) {
            if (heap.get(id) == null) {
                try {
                    expireOverdue(id, now);
                } catch (SessionsUnavailable e) {
                    LOG.log(Level.DEBUG, "expiry of a session is put off: {0}", e.getMessage());
                }
            }
        }
        endDue();
    }

    /** To be ended, unless another node uses it; as many as may be asked for at once. */
    private void due(HeldSession held) {
        due.add(held);
        if (due.size() == Takeovers.MOST) {
            endDue();
        }
    }

    private void endDue() {
        List<HeldSession> asked = List.copyOf(due);
        due.clear();
        ending.expire(trust.doneElsewhere(asked).stream()
                .filter(this::isStillDue)
                .map(outside)
                .toList());
    }

    /** Whether nobody has come for it on this node either, while the others were asked. */
    private boolean isStillDue(HeldSession held) {
        HeldSession here = heap.get(held.id());
        return (here == null || here.equals(held))
                && held.users.get() == 0
                && isIdle(held, held.lastAccess(), timing.millis());
    }

    private void expireOverdue(SessionId id, long now) {
        Optional<Remembered> loaded = repository.load(id, null);
        if (loaded.isEmpty()) {
            return;
        }
        HeldSession held = new HeldSession(id, loaded.get(), 0);
        long told = repository.lastAccess(id).orElse(0);
        long interval = Expiry.touchIntervalMillis(held.record().maxInactive());
        if (isIdle(held, told + interval, now)) {
            due(held);
        }
    }

    private void sweep(HeldSession held, long now) {
        try {
            if (held.isUnstored()) {
                return;
            }
            if (!held.isStored()) {
                heap.forget(held);
            } else if (isIdle(held, held.lastAccess(), now)) {
                expire(held, now);
            } else {
                swap.releaseIfForgotten(held, now);
            }
        } catch (SessionTooNew e) {
            LOG.log(Level.DEBUG, "expiry is left to newer nodes: {0}", e.getMessage());
            heap.release(held);
        } catch (SessionsUnavailable e) {
            LOG.log(Level.DEBUG, "expiry of a session is put off: {0}", e.getMessage());
        }
    }

    /** Whether a session is in use on this node, or was within so many seconds. */
    boolean isUsed(HeldSession held, int seconds) {
        return held.users.get() > 0
                || held.isUnstored()
                || timing.millis() - held.lastAccess() <= TimeUnit.SECONDS.toMillis(seconds);
    }

    private static boolean isIdle(HeldSession held, long lastAccess, long now) {
        int maxInactive = held.record().maxInactive();
        return maxInactive > 0 && now - lastAccess > maxInactive * 1000L;
    }

    private void expire(HeldSession held, long now) {
        SessionId id = held.id();
        long interval = Expiry.touchIntervalMillis(held.record().maxInactive());
        OptionalLong told = repository.lastAccess(id);
        if (told.isPresent()
                && !(delayed && trust.in(held))
                && !isIdle(held, Math.max(told.getAsLong() + interval, held.lastAccess()), now)) {
            held.accessed(told.getAsLong());
            return;
        }
        repository.load(id, held.remembered()).ifPresent(held::refresh);
        if (isIdle(held, held.lastAccess(), now)) {
            due(held);
        }
    }
}
