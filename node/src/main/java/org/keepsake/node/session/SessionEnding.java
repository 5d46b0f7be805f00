package org.keepsake.node.session;

import io.undertow.server.session.SessionListener.SessionDestroyedReason;
import io.undertow.server.session.SessionListeners;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.repository.SessionsUnavailable;

/** Ends sessions for the whole cluster, and tells listeners on the one node that ended it. Thread-safe. */
final class SessionEnding {

    private static final System.Logger LOG = System.getLogger(SessionEnding.class.getName());

    private final SessionRepository repository;
    private final HeapSessions heap;
    private final Trust trust;
    private final SessionListeners listeners;
    private final SessionCounters counters;

    SessionEnding(
            SessionRepository repository,
            HeapSessions heap,
            Trust trust,
            SessionListeners listeners,
            SessionCounters counters) {
        this.trust = trust;
        this.counters = counters;
        this.repository = repository;
        this.heap = heap;
        this.listeners = listeners;
    }

    /**
     * Ends a session because its application says so, on the stores, then here; it stays alive if the stores cannot be reached.
     *
     * @return false if somebody on this node ended it before
     */
    boolean end(RequestSession session) {
        HeldSession held = session.held();
        if (!held.beginDestroying()) {
            return false;
        }
        boolean first = endOnStores(session);
        heap.gone(held.id());
        if (held.isStored()) {
            trust.changed(held.id(), held, heap);
        }
        forget(session, first, SessionDestroyedReason.INVALIDATED, counters.invalidated);
        return true;
    }

    /**
     * As {@link #end} of sessions that nobody used for too long. Those that cannot be ended now are left for later.
     *
     * @param sessions at most {@link Takeovers#MOST}
     */
    void expire(List<RequestSession> sessions) {
        List<HeldSession> ended = new ArrayList<>();
        try {
            for (RequestSession session : sessions) {
                if (session.held().beginDestroying()) {
                    expire(session, ended);
                }
            }
        } finally {
            trust.ended(ended, heap);
        }
    }

    /**
     * As {@link #expire} of sessions that end with their application on this node. Those that cannot be ended live on.
     *
     * @param sessions at most {@link Takeovers#MOST}
     */
    void endWithApplication(List<RequestSession> sessions) {
        List<HeldSession> ended = new ArrayList<>();
        for (RequestSession session : sessions) {
            if (session.held().beginDestroying()) {
                endWithApplication(session, ended);
            }
        }
        trust.ended(ended, heap);
    }

    /** What a listener throws is no reason for others to live on. */
    private void endWithApplication(RequestSession session, List<HeldSession> ended) {
        HeldSession held = session.held();
        try {
            boolean first = endOnStores(session);
            heap.gone(held.id());
            ended.add(held);
            forget(session, first, SessionDestroyedReason.UNDEPLOY, counters.expired);
        } catch (SessionsUnavailable e) {
            LOG.log(
                    Level.WARNING,
                    "session {0}: lives on although --expire-sessions-on-shutdown is to end it: {1}",
                    held.id().shortened(),
                    e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "session {0}: a listener that was told of its end failed: {1}",
                    held.id().shortened(),
                    e);
        }
    }

    private void expire(RequestSession session, List<HeldSession> ended) {
        HeldSession held = session.held();
        try {
            boolean first = endOnStores(session);
            heap.gone(held.id());
            ended.add(held);
            forget(session, first, SessionDestroyedReason.TIMEOUT, counters.expired);
        } catch (SessionsUnavailable e) {
            LOG.log(Level.DEBUG, "expiry of a session is put off: {0}", e.getMessage());
        }
    }

    private void forget(RequestSession session, boolean first, SessionDestroyedReason reason, LongAdder counted) {
        try {
            if (first) {
                counted.increment();
                listeners.sessionDestroyed(session, null, reason);
            }
        } finally {
            heap.forget(session.held());
        }
    }

    /** What is kept of it may just be on its way to the stores for the first time; it is not begun after this. */
    private static void awaitStoring(HeldSession held) {
        if (held.isUnstored() && !held.saving.isHeldByCurrentThread()) {
            held.saving.lock();
            try {
                boolean unusedWhether = held.isUnstored();
            } finally {
                held.saving.unlock();
            }
        }
    }

    private boolean endOnStores(RequestSession session) {
        HeldSession held = session.held();
        awaitStoring(held);
        if (!held.isStored()) {
            return true;
        }
        try {
            return repository.end(held.id(), held.record(), session.writer());
        } catch (SessionsUnavailable e) {
            held.destroyingFailed();
            throw e;
        }
    }
}
