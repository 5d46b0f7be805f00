package org.keepsake.node.session;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.repository.Remembered;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.time.Timing;

/**
 * The sessions of one application in the heap of this node, and the ids that were just found to name none. All requests
 * that use a session at the same time share one object. Thread-safe.
 */
final class HeapSessions {

    /** How many changes of an id are remembered. */
    private static final int MOST_MOVED = 2_000;

    /** By the present id of each; its id changes only under {@link HeldSession#saving}. */
    private final ConcurrentMap<SessionId, HeldSession> sessions = new ConcurrentHashMap<>();

    private final NegativeCache gone;

    /** What sessions were called before, for other nodes that may know them by that only. Guarded by itself. */
    private final Map<SessionId, HeldSession> before = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SessionId, HeldSession> eldest) {
            return size() > MOST_MOVED;
        }
    };

    HeapSessions(Timing timing) {
        this.gone = new NegativeCache(timing);
    }

    @Nullable
    HeldSession get(SessionId id) {
        return sessions.get(id);
    }

    /** The session that has this id, or had it before: for nodes, never for requests. */
    @Nullable
    HeldSession known(SessionId id) {
        HeldSession held = sessions.get(id);
        if (held != null) {
            return held;
        }
        synchronized (before) {
            return before.get(id);
        }
    }

    /** Adds a new session; false if there is one of this id. */
    boolean add(HeldSession created) {
        return sessions.putIfAbsent(created.id(), created) == null;
    }

    /**
     * The one object for a session as the stores hold it.
     *
     * @param now when the request began to load it: one time for all its tries, or one would be a use before the next
     */
    HeldSession share(SessionId id, Remembered seen, long now) {
        HeldSession shared = sessions.computeIfAbsent(id, n -> new HeldSession(n, seen, now));
        shared.refresh(seen);
        shared.accessed(now);
        return shared;
    }

    /** Lets go of a session that lives on in the stores. */
    void release(HeldSession held) {
        sessions.remove(held.id(), held);
    }

    /** Lets go of a session that has ended; whoever still has it finds it invalid. */
    void forget(HeldSession held) {
        held.invalidate();
        release(held);
    }

    /** Goes on with a session as the stores hold it now, under another id. */
    void follow(HeldSession held, Remembered moved) {
        SessionId from = held.id();
        held.moveTo(SessionId.parse(moved.record().id()).orElseThrow(), moved);
        moved(from, held);
    }

    /** Goes on with a session whose id has changed. */
    void moved(SessionId from, HeldSession held) {
        synchronized (before) {
            before.put(from, held);
        }
        sessions.put(held.id(), held);
        sessions.remove(from, held);
    }

    /** Whether this id was just found to name no session. */
    boolean isGone(SessionId id) {
        return gone.knows(id);
    }

    void gone(SessionId id) {
        gone.add(id);
    }

    Collection<HeldSession> all() {
        return Collections.unmodifiableCollection(sessions.values());
    }

    Set<String> ids() {
        return sessions.keySet().stream().map(SessionId::toString).collect(Collectors.toSet());
    }

    void clear() {
        sessions.clear();
        synchronized (before) {
            before.clear();
        }
    }
}
