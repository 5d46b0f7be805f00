package org.keepsake.node.session;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.repository.Remembered;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.repository.SessionsUnavailable;
import org.keepsake.node.session.time.Timing;

/**
 * What sticky sessions were given while no store was there: kept in the heap, and merged into the stores as soon as there
 * are any, before anything else is done with the session. Where backups wait until a session is not used for a while, it
 * keeps what it was given until then, at other times too; and what requests changed whose changes need not leave the node,
 * until one comes whose do. Thread-safe.
 *
 * <p>Only the node that was the last to serve a session, and that would have heard of another one, keeps anything. Another
 * node that fetches the session then tells this one, which stores what it keeps before it answers.
 */
final class UnstoredChanges {

    private static final System.Logger LOG = System.getLogger(UnstoredChanges.class.getName());

    /** How long one flush waits for a save of the same session; it answers a node that waits for two seconds. */
    private static final long PATIENCE_MILLIS = 1_000;

    private final SessionRepository repository;
    private final HeapSessions heap;
    private final Trust trust;
    private final StoresAway away;
    private final SessionCounters counters;
    private final String application;

    /** How long changes are kept though a store is there; empty for not at all. */
    private final Optional<Duration> delay;

    private final Timing timing;

    /** Whether anything was kept, and not yet found that nothing is any more. */
    private final AtomicBoolean told = new AtomicBoolean();

    /** Whether it was said that no store is there, and not yet that one is back. */
    private final AtomicBoolean warned = new AtomicBoolean();

    /** What comes now is stored at once: nobody would look for it later. */
    private volatile boolean closed;

    /** How many threads are about to keep something, or to find out whether anything is still kept. */
    private final AtomicInteger busy = new AtomicInteger();

    UnstoredChanges(
            SessionRepository repository,
            HeapSessions heap,
            Trust trust,
            StoresAway away,
            SessionCounters counters,
            String application,
            Optional<Duration> delay,
            Timing timing) {
        this.repository = repository;
        this.heap = heap;
        this.trust = trust;
        this.away = away;
        this.counters = counters;
        this.application = application;
        this.delay = delay;
        this.timing = timing;
    }

    /** Keeps what a request wrote, if no store is there and this node may; called by who holds {@link HeldSession#saving}. */
    boolean keep(HeldSession held, RequestSession.Changes changes) {
        if (!away.now()) {
            return false;
        }
        // Others who ask are told of it before it is looked again whether it may be kept, see areKept.
        busy.incrementAndGet();
        try {
            return away.now() && keepWhileAway(held, changes);
        } finally {
            busy.decrementAndGet();
        }
    }

    /**
     * Keeps what a request wrote until the session is not used for a while, if this node may; called by who holds {@link
     * HeldSession#saving}.
     *
     * @return false if it is to be stored at once
     */
    boolean delay(HeldSession held, RequestSession.Changes changes) {
        if (delay.isEmpty() || closed || !trust.mayKeep(held)) {
            return false;
        }
        boolean forgottenOtherwise = held.isKeptForTheNext();
        if (changes.isEmpty() && !forgottenOtherwise && (held.isStored() || held.isUnstored())) {
            return true;
        }
        busy.incrementAndGet();
        try {
            // The last look for what is kept may have been before it was.
            return keepHere(held, changes, delay.get().toMillis()) && !closed;
        } finally {
            busy.decrementAndGet();
        }
    }

    /**
     * Keeps what a request wrote whose changes need not leave the node, until one comes whose do, the session's time is
     * over, or this node lets go of it; called by who holds {@link HeldSession#saving}. A node that trusts no copy does
     * this too: what others write meanwhile is merged as that of any parallel request.
     */
    void keepForTheNext(HeldSession held, RequestSession.Changes changes) {
        busy.incrementAndGet();
        try {
            held.keep(changes.session().withId(held.id().toString()), changes.written(), Long.MAX_VALUE);
            told.set(true);
        } finally {
            busy.decrementAndGet();
        }
        if (closed) {
            boolean unusedWhether = flush(held);
        }
    }

    /**
     * Whether something is kept that no store has. Who asks after it was found out that stores are there again, and hears
     * that nothing is, finds everything in the stores.
     */
    boolean areKept() {
        return delay.isPresent() || busy.get() > 0 || told.get();
    }

    /** As {@link #keep}, after the stores were tried in vain. */
    boolean keepAfterAll(HeldSession held, RequestSession.Changes changes) {
        return trust.mayKeep(held) && away.afterAll() && keep(held, changes);
    }

    private boolean keepHere(HeldSession held, RequestSession.Changes changes, long idle) {
        SessionRecord session = changes.session().withId(held.id().toString());
        if (!trust.keep(held, session, changes.written(), idle)) {
            return false;
        }
        counters.kept.increment();
        told.set(true);
        return true;
    }

    private boolean keepWhileAway(HeldSession held, RequestSession.Changes changes) {
        if (!keepHere(held, changes, 0)) {
            return false;
        }
        if (warned.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "{0}: no store is there; sticky sessions live in the heap of this node alone until one is back",
                    application);
        }
        return true;
    }

    /** An id for a new session; while no store is there its home is one that was believed last. */
    SessionId newId() {
        if (trust.isSticky() && away.now()) {
            return repository.newIdWhileAway();
        }
        try {
            return repository.newId();
        } catch (SessionsUnavailable e) {
            if (trust.isSticky() && away.now()) {
                return repository.newIdWhileAway();
            }
            throw e;
        }
    }

    /**
     * Brings what is kept of a session into the stores, unless this node may go on without: no store is there, or the
     * session was in use all the time.
     *
     * @param trusted whether the copy in the heap is used as it is
     * @return whether the session is still there
     * @throws SessionsUnavailable if it could not be stored
     */
    boolean flushUnlessAway(HeldSession held, boolean trusted) {
        return !held.isUnstored()
                || (trusted && held.mayStayUnstored())
                || held.isKeptForTheNext()
                || (away.now() && trust.in(held))
                || flushAlone(held);
    }

    /** Whether what is kept could be stored now. */
    boolean canFlush() {
        return away.isReached();
    }

    /**
     * Brings what is kept of a session into the stores, which is no use of it.
     *
     * @return whether nothing is kept any more
     */
    boolean flushUnused(HeldSession held) {
        lock(held);
        try {
            if (held.isUnstored() && !held.isEnding() && store(held)) {
                trust.changed(held.id(), held, heap);
            }
        } finally {
            held.saving.unlock();
        }
        return !held.isUnstored();
    }

    private boolean flushAlone(HeldSession held) {
        lock(held);
        try {
            return flush(held);
        } finally {
            held.saving.unlock();
        }
    }

    private static void lock(HeldSession held) {
        try {
            if (!held.saving.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new SessionsUnavailable(
                        "session %s: is still being saved".formatted(held.id().shortened()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionsUnavailable(
                    "session %s: interrupted".formatted(held.id().shortened()));
        }
    }

    /**
     * Brings what is kept of a session into the stores; called by who holds {@link HeldSession#saving}.
     *
     * @return whether the session is still there
     */
    boolean flush(HeldSession held) {
        if (!held.isUnstored()) {
            return true;
        }
        if (held.isEnding() || !store(held)) {
            return false;
        }
        trust.changed(held.id(), held, heap);
        return repository.touch(held.id(), held.record().maxInactive(), held.lastAccess());
    }

    private boolean store(HeldSession held) {
        SessionRecord record = held.record();
        Optional<Remembered> there = put(held, record);
        if (there.isEmpty()) {
            heap.forget(held);
            return false;
        }
        if (!there.get().record().id().equals(record.id())) {
            heap.follow(held, there.get());
        }
        held.stored(there.get());
        counters.saved.increment();
        return true;
    }

    /** Where its time ran out in a store while none could be told of its use, the session is put there again. */
    private Optional<Remembered> put(HeldSession held, SessionRecord record) {
        if (held.isStored()) {
            Optional<Remembered> merged = repository.merge(held.id(), record, held.unstoredNames(), held.remembered());
            if (merged.isPresent() || !held.isLastServedHere()) {
                return merged;
            }
        }
        return Optional.of(repository.create(held.id(), record))
                .filter(created -> !created.record().isTombstone());
    }

    /** Another node has fetched a session: what is kept of it here is stored before that one goes on. */
    Takeovers.Kept handOver(HeldSession held) {
        if (!held.isUnstored()) {
            return Takeovers.Kept.NOTHING;
        }
        try {
            if (away.isReached()) {
                storeAlone(held);
                return Takeovers.Kept.STORED;
            }
        } catch (SessionsUnavailable e) {
            LOG.log(Level.DEBUG, "what is kept here cannot be handed over yet: {0}", e.getMessage());
        }
        return Takeovers.Kept.UNSTORED;
    }

    /** Nobody is told: who fetched the session told all others, and reads it again. */
    private void storeAlone(HeldSession held) {
        lock(held);
        try {
            boolean unusedWhether = !held.isUnstored() || held.isEnding() || store(held);
        } finally {
            held.saving.unlock();
        }
    }

    /** Stores what is kept of all sessions that it is due of, asked for or not; ends with the first that cannot be. */
    void flushAll() {
        if (!told.get() || !away.isReached()) {
            return;
        }
        busy.incrementAndGet();
        try {
            flushKept();
        } finally {
            busy.decrementAndGet();
        }
    }

    /** What is kept from now on is noted anew, so that nothing is overlooked that comes while this goes on. */
    private void flushKept() {
        told.set(false);
        boolean any = true;
        try {
            any = flushed() > 0;
        } finally {
            if (any) {
                told.set(true);
            }
        }
        if (!told.get() && warned.getAndSet(false)) {
            LOG.log(Level.INFO, "{0}: a store is back, and has what sessions were given meanwhile", application);
        }
    }

    /** How many were stored, or are still kept. */
    private int flushed() {
        int kept = 0;
        for (HeldSession held : heap.all()) {
            if (held.isUnstored()) {
                flushIfDue(held);
                kept++;
            }
        }
        return kept;
    }

    private void flushIfDue(HeldSession held) {
        if (held.mayStayUnstored()) {
            boolean unusedWhether = held.isStoringDue(timing.millis()) && flushUnused(held);
        } else {
            boolean unusedWhether = flushAlone(held);
        }
    }

    /** The last chance to store what is kept; what cannot be is said loudly. */
    void close() {
        closed = true;
        long left = 0;
        try {
            for (HeldSession held : heap.all()) {
                if (held.isUnstored()) {
                    boolean unusedWhether = flushAlone(held);
                }
            }
        } catch (SessionsUnavailable e) {
            left = heap.all().stream().filter(HeldSession::isUnstored).count();
        }
        if (left > 0) {
            LOG.log(
                    Level.ERROR,
                    "{0}: {1} sessions lose what they were given and no store has: this node stops before one is back",
                    application,
                    left);
        }
    }
}
