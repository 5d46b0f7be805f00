package org.keepsake.node.session;

import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.repository.Remembered;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.repository.SessionsUnavailable;
import org.keepsake.node.session.time.Timing;

/** Fetches what the stores hold of a session into the heap. Thread-safe. */
final class SessionLoader {

    private static final System.Logger LOG = System.getLogger(SessionLoader.class.getName());

    private final SessionRepository repository;
    private final HeapSessions heap;
    private final Timing timing;

    SessionLoader(SessionRepository repository, HeapSessions heap, Timing timing) {
        this.repository = repository;
        this.heap = heap;
        this.timing = timing;
    }

    /** The session as the stores hold it now; null if there is none, or it is just being ended here. */
    @Nullable
    HeldSession load(SessionId id) {
        if (heap.isGone(id)) {
            return null;
        }
        HeldSession held = heap.get(id);
        if (held != null && held.isEnding()) {
            return null;
        }
        Optional<Remembered> loaded = repository.load(id, held == null ? null : held.remembered());
        if (loaded.isEmpty()) {
            noteAbsence(id, held);
            return null;
        }
        return heap.share(id, loaded.get());
    }

    /** A session that no store knows yet is not there either, and lives on here until its first save. */
    private void noteAbsence(SessionId id, @Nullable HeldSession held) {
        if (held == null) {
            heap.gone(id);
        } else if (held.isStored()) {
            heap.gone(id);
            heap.forget(held);
        }
    }

    /**
     * The session of a request that is answered already, whose use is to be noted; null if nobody needs to be told. The
     * container asks for it once after each request that had a session cookie.
     */
    @Nullable
    HeldSession loadAfterwards(SessionId id) {
        HeldSession held = heap.get(id);
        if (held != null && !held.touchDue(timing.nanos())) {
            held.accessed(timing.millis());
            return null;
        }
        try {
            return load(id);
        } catch (SessionsUnavailable e) {
            LOG.log(Level.WARNING, "use of session not noted: {0}", e.getMessage());
            return null;
        }
    }
}
