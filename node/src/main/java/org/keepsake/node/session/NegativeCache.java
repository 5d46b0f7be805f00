package org.keepsake.node.session;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.time.Timing;

/**
 * Ids that were just found to name no session, so that a stale cookie costs one look-up and not one for every question
 * a page and its pictures ask. Thread-safe.
 */
final class NegativeCache {

    private static final int CAPACITY = 2_000;
    private static final long LIFETIME = Duration.ofMillis(500).toNanos();

    private final Timing timing;

    /** Guarded by itself: when each id was found to be gone, oldest first. */
    private final Map<SessionId, Long> gone = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SessionId, Long> eldest) {
            return size() > CAPACITY;
        }
    };

    NegativeCache(Timing timing) {
        this.timing = timing;
    }

    boolean knows(SessionId id) {
        synchronized (gone) {
            Long since = gone.get(id);
            if (since == null) {
                return false;
            }
            if (timing.nanos() - since < LIFETIME) {
                return true;
            }
            gone.remove(id);
            return false;
        }
    }

    void add(SessionId id) {
        synchronized (gone) {
            gone.remove(id);
            gone.put(id, timing.nanos());
        }
    }
}
