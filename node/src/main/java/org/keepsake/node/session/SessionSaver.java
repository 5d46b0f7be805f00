package org.keepsake.node.session;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.repository.Deadline;
import org.keepsake.node.session.repository.Expiry;
import org.keepsake.node.session.repository.Remembered;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.repository.SessionsUnavailable;
import org.keepsake.node.session.time.Timing;

/** Brings what requests wrote into the stores, one save of a session at a time. Thread-safe. */
final class SessionSaver {

    private static final System.Logger LOG = System.getLogger(SessionSaver.class.getName());

    private final SessionRepository repository;
    private final HeapSessions heap;
    private final Trust trust;
    private final Timing timing;
    private final Duration patience;
    private final SessionCounters counters;
    private final UnstoredChanges unstored;

    /** @param patience how long one request waits for others that save the same session */
    SessionSaver(
            SessionRepository repository,
            HeapSessions heap,
            Trust trust,
            Timing timing,
            Duration patience,
            SessionCounters counters,
            UnstoredChanges unstored) {
        this.counters = counters;
        this.unstored = unstored;
        this.repository = repository;
        this.heap = heap;
        this.trust = trust;
        this.timing = timing;
        this.patience = patience;
    }

    /** Saves what a request wrote since this was last called, or notes that the session was used. */
    void save(RequestSession session) {
        HeldSession held = session.held();
        if (held.isEnding()) {
            return;
        }
        RequestSession.Changes changes = session.collect();
        boolean touch = held.isStored() && held.touchDue(timing.nanos());
        if (changes.isEmpty() && held.isStored() && !touch && !held.isKeptForTheNext()) {
            return;
        }
        exclusively(held, () -> store(session, changes, touch));
    }

    /** Has this node alone know what a request wrote, and that it was one, until another request is saved. */
    void saveHere(RequestSession session) {
        HeldSession held = session.held();
        if (!held.isStored()) {
            save(session);
            return;
        }
        if (held.isEnding()) {
            return;
        }
        RequestSession.Changes changes = session.collect();
        if (!changes.isEmpty()) {
            exclusively(held, () -> unstored.keepForTheNext(held, changes));
        }
    }

    private void store(RequestSession session, RequestSession.Changes changes, boolean touch) {
        HeldSession held = session.held();
        if (unstored.keep(held, changes)) {
            return;
        }
        if (unstored.delay(held, changes)) {
            if (touch) {
                touchKept(session);
            }
            return;
        }
        try {
            boolean there = unstored.flush(held) && write(session, changes) && (!touch || touch(session));
            if (!there) {
                heap.forget(held);
            }
        } catch (SessionsUnavailable e) {
            if (!unstored.keepAfterAll(held, changes)) {
                throw e;
            }
        }
    }

    /** What is kept waits for no store; the next request tells of its use then. */
    private void touchKept(RequestSession session) {
        try {
            if (!touch(session)) {
                heap.forget(session.held());
            }
        } catch (SessionsUnavailable e) {
            LOG.log(Level.DEBUG, "use of a session is noted later: {0}", e.getMessage());
        }
    }

    private boolean touch(RequestSession session) {
        HeldSession held = session.held();
        int maxInactive = held.record().maxInactive();
        boolean there = repository.touch(held.id(), maxInactive, used(session, maxInactive));
        counters.touched.increment();
        held.touched(timing.nanos());
        return there;
    }

    /**
     * When the request came, although it may be answered already; one that took long used the session as long as that
     * lasted.
     */
    private long used(RequestSession session, int maxInactive) {
        long now = timing.millis();
        boolean brief = now - session.requested() < Expiry.touchIntervalMillis(maxInactive);
        return brief ? session.requested() : now;
    }

    /** Returns whether the session is still there. */
    private boolean write(RequestSession session, RequestSession.Changes changes) {
        HeldSession held = session.held();
        SessionId id = held.id();
        SessionRecord record = changes.session().withId(id.toString());
        if (!held.isStored()) {
            held.refresh(repository.create(id, record));
            counters.saved.increment();
            held.touched(timing.nanos());
            return true;
        }
        if (changes.isEmpty()) {
            return true;
        }
        Optional<Remembered> merged = repository.merge(id, record, changes.written(), held.remembered());
        if (merged.isEmpty()) {
            return false;
        }
        counters.saved.increment();
        if (!merged.get().record().id().equals(id.toString())) {
            held.distrust();
            heap.follow(held, merged.get());
        }
        trust.changed(held.id(), held, heap);
        Set<String> lost = takeOver(held, record, changes.written(), merged.get());
        if (!lost.isEmpty() && session.isLocked()) {
            throw new SessionsUnavailable("session %s: another request wrote %s although it was locked"
                    .formatted(id.shortened(), String.join(", ", lost)));
        }
        return true;
    }

    /** Goes on with what the stores hold now; returns the names of what gave way to others' writes. */
    private static Set<String> takeOver(HeldSession held, SessionRecord record, Set<String> written, Remembered now) {
        Set<String> lost = new TreeSet<>();
        for (String name : written) {
            Stamp mine = record.stampOf(name);
            if (!now.record().stampOf(name).equals(mine)) {
                held.lose(name, mine);
                lost.add(name);
            }
        }
        held.refresh(now);
        return lost;
    }

    /** One writer of a session at a time on this node: parallel ones would only make each other try again. */
    void exclusively(HeldSession held, Runnable operation) {
        boolean locked = false;
        try {
            locked = lock(held);
            if (!locked) {
                throw new SessionsUnavailable("session %s: parallel requests were saving it for %d ms"
                        .formatted(held.id().shortened(), patience.toMillis()));
            }
            operation.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionsUnavailable(
                    "session " + held.id().shortened() + ": interrupted while it was being saved");
        } catch (SessionsUnavailable e) {
            held.discard();
            throw e;
        } finally {
            if (locked) {
                held.saving.unlock();
            }
        }
    }

    /** Waits for its turn; time in which this process stood still does not count. */
    private boolean lock(HeldSession held) throws InterruptedException {
        if (held.saving.tryLock()) {
            return true;
        }
        Deadline deadline =
                new Deadline(timing, patience, () -> "session " + held.id().shortened());
        while (!held.saving.tryLock(deadline.step().toNanos(), TimeUnit.NANOSECONDS)) {
            if (deadline.passed(100)) {
                return false;
            }
        }
        return true;
    }

    /** Saves what an application wrote into a session whose request is over. */
    void saveLate(RequestSession session) {
        try {
            save(session);
        } catch (SessionsUnavailable e) {
            counters.lateLosses.increment();
            LOG.log(Level.WARNING, "what was written after the request was over is lost: {0}", e.getMessage());
        }
    }
}
