package org.keepsake.node.session.repository;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The requests of this node that want the lock of a session, in their order: only the first of each asks the store.
 * Thread-safe.
 */
final class LockQueue {

    /** Guarded by itself; the first of each has the turn, nobody's queue is empty. */
    private final Map<SessionId, Deque<Turn>> queues = new HashMap<>();

    /** A place in the queue of one session. */
    static final class Turn {
        private final SessionId id;
        private final CompletableFuture<Void> come = new CompletableFuture<>();

        private Turn(SessionId id) {
            this.id = id;
        }

        /** Completes when everybody before has left. */
        CompletableFuture<Void> come() {
            return come;
        }
    }

    /** Lines up as the last one. */
    Turn enter(SessionId id) {
        Turn turn = new Turn(id);
        boolean first;
        synchronized (queues) {
            Deque<Turn> queue = queues.computeIfAbsent(id, n -> new ArrayDeque<>(2));
            queue.add(turn);
            first = queue.size() == 1;
        }
        if (first) {
            turn.come.complete(null);
        }
        return turn;
    }

    /** Goes, whether the turn had come or not; leaving again does nothing. */
    void leave(Turn turn) {
        Turn next = remove(turn);
        if (next != null) {
            next.come.complete(null);
        }
    }

    private @Nullable Turn remove(Turn turn) {
        synchronized (queues) {
            Deque<Turn> queue = queues.get(turn.id);
            if (queue == null || !queue.remove(turn)) {
                return null;
            }
            if (queue.isEmpty()) {
                queues.remove(turn.id);
                return null;
            }
            return queue.peek();
        }
    }

    /** Whether nobody waits or has a turn. */
    boolean isEmpty() {
        synchronized (queues) {
            return queues.isEmpty();
        }
    }
}
