package org.keepsake.node.session;

import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.repository.Remembered;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.repository.SessionRepository;

/**
 * Gives sessions another id: a new record with the data of the old one, and an end for the old one. Whoever ends the
 * old one has the session; who comes second gives up his new record. Thread-safe.
 */
final class IdChange {

    private final SessionRepository repository;
    private final HeapSessions heap;
    private final SessionSaver saver;

    IdChange(SessionRepository repository, HeapSessions heap, SessionSaver saver) {
        this.repository = repository;
        this.heap = heap;
        this.saver = saver;
    }

    /**
     * Changes the id of a session to one that nobody had before, and returns that.
     *
     * @throws IllegalStateException if the session has ended
     */
    SessionId change(RequestSession session) {
        HeldSession held = session.held();
        SessionId after = repository.newId();
        if (held.isStored()) {
            saver.save(session);
        }
        saver.exclusively(held, () -> {
            if (held.isEnding()) {
                throw invalid(held.id());
            }
            if (held.isStored()) {
                move(held, after, session.writer());
            } else {
                rename(held, after);
            }
        });
        return after;
    }

    private void rename(HeldSession held, SessionId after) {
        SessionId before = held.id();
        held.rename(after);
        heap.moved(before, held);
    }

    private void move(HeldSession held, SessionId after, long writer) {
        SessionId before = held.id();
        SessionRecord old = repository
                .load(before, held.remembered())
                .orElseThrow(() -> invalid(before))
                .record();
        Remembered moved = repository.create(after, old.withId(after.toString()));
        if (!repository.end(before, old, writer)) {
            boolean unused = repository.end(after, moved.record(), writer);
            heap.forget(held);
            throw invalid(before);
        }
        heap.gone(before);
        held.moveTo(after, moved);
        heap.moved(before, held);
    }

    private static IllegalStateException invalid(SessionId id) {
        return new IllegalStateException("session " + id.shortened() + ": is invalid");
    }
}
