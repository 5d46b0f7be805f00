package org.keepsake.node.session;

import java.util.Optional;
import org.keepsake.node.session.repository.Remembered;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.repository.SessionRepository;

/**
 * Gives sessions another id, on the stores first. Thread-safe.
 */
final class IdChange {

    private final SessionRepository repository;
    private final HeapSessions heap;
    private final Trust trust;
    private final SessionSaver saver;
    private final UnstoredChanges unstored;

    IdChange(
            SessionRepository repository,
            HeapSessions heap,
            Trust trust,
            SessionSaver saver,
            UnstoredChanges unstored) {
        this.unstored = unstored;
        this.trust = trust;
        this.repository = repository;
        this.heap = heap;
        this.saver = saver;
    }

    /**
     * Changes the id of a session to one that nobody had before, and returns that; if another node did so first, its.
     *
     * @throws IllegalStateException if the session has ended
     */
    SessionId change(RequestSession session) {
        HeldSession held = session.held();
        SessionId before = held.id();
        SessionId after = repository.newId();
        if (held.isStored()) {
            saver.save(session);
        }
        saver.exclusively(held, () -> {
            if (held.isEnding()) {
                throw invalid(held.id());
            }
            if (held.isStored()) {
                if (!unstored.flush(held)) {
                    throw invalid(held.id());
                }
                move(held, after, session.writer());
            } else {
                rename(held, after);
            }
        });
        if (held.isStored()) {
            trust.changed(before, held, heap);
        }
        return held.id();
    }

    private void rename(HeldSession held, SessionId after) {
        SessionId before = held.id();
        held.rename(after);
        heap.moved(before, held);
    }

    private void move(HeldSession held, SessionId after, long writer) {
        SessionId before = held.id();
        Optional<Remembered> moved = repository.move(before, after, held.record(), writer);
        if (moved.isEmpty()) {
            heap.forget(held);
            throw invalid(before);
        }
        heap.gone(before);
        heap.follow(held, moved.get());
    }

    private static IllegalStateException invalid(SessionId id) {
        return new IllegalStateException("session " + id.shortened() + ": is invalid");
    }
}
