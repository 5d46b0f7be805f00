package org.keepsake.node.session;

import io.undertow.server.session.SessionListener.SessionDestroyedReason;
import io.undertow.server.session.SessionListeners;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.repository.SessionsUnavailable;

/** Ends sessions for the whole cluster, and tells listeners on the one node that ended it. Thread-safe. */
final class SessionEnding {

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
     * Ends a session on the stores, then here; it stays alive if the stores cannot be reached.
     *
     * @return false if somebody on this node ended it before
     */
    boolean end(RequestSession session, SessionDestroyedReason reason) {
        HeldSession held = session.held();
        if (!held.beginDestroying()) {
            return false;
        }
        boolean first = endOnStores(session);
        heap.gone(held.id());
        if (held.isStored()) {
            trust.changed(held.id(), held, heap);
        }
        try {
            if (first) {
                (reason == SessionDestroyedReason.TIMEOUT ? counters.expired : counters.invalidated).increment();
                listeners.sessionDestroyed(session, null, reason);
            }
        } finally {
            heap.forget(held);
        }
        return true;
    }

    private boolean endOnStores(RequestSession session) {
        HeldSession held = session.held();
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
