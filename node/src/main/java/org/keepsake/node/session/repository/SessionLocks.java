package org.keepsake.node.session.repository;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.settings.LockSettings;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Store;
import org.keepsake.node.store.Stored;

/**
 * Locks that let one request at a time have a session, on whatever node it is. Thread-safe.
 *
 * <p>A lock is a key on the session's first believed holder, added by who takes it. It ends when its owner gives it
 * back, or by its lifetime when its owner is gone. A lock can be lost with its store; what two owners then write at
 * once is found out when it is saved, see {@link org.keepsake.node.session.record.Stamp}.
 */
public final class SessionLocks {

    private static final System.Logger LOG = System.getLogger(SessionLocks.class.getName());
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);
    private static final int OWNER_BYTES = 4;

    private final Function<SessionId, Optional<Store>> judge;
    private final Keys keys;
    private final String node;
    private final LockSettings settings;
    private final Duration patience;
    private final Timing timing;
    private final RandomGenerator random;
    private final Counts counts;

    /** How the owners begin that are requests of this node; eight hexadecimal digits. */
    private final String ours;

    private final LeftLocks leftBehind;
    private final LockQueue queue = new LockQueue();
    private final Set<SessionLock> held = ConcurrentHashMap.newKeySet();

    /**
     * @param judge the store that is to be asked for the lock of a session now, the same for all nodes
     * @param node whose locks these are
     * @param patience how long a request waits for a lock
     */
    SessionLocks(
            Function<SessionId, Optional<Store>> judge,
            Keys keys,
            String node,
            LockSettings settings,
            Duration patience,
            Timing timing,
            RandomGenerator random,
            Counts counts) {
        this.judge = judge;
        this.keys = keys;
        this.node = node;
        this.settings = settings;
        this.patience = patience;
        this.timing = timing;
        this.random = random;
        this.counts = counts;
        this.ours = digits();
        this.leftBehind = new LeftLocks(timing);
    }

    private String digits() {
        byte[] bytes = new byte[OWNER_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Waits for the lock of a session. Time in which this process stood still does not count.
     *
     * @return empty if it was waited for in vain and the request is to go on without
     * @throws SessionsUnavailable if it was waited for in vain
     */
    public Optional<SessionLock> acquire(SessionId id) {
        LockQueue.Turn turn = queue.enter(id);
        Attempt attempt = new Attempt(id, turn);
        SessionLock lock = null;
        try {
            lock = attempt.run();
        } finally {
            if (lock == null) {
                leftBehind(attempt.doubtful, attempt.key, attempt.owner);
                queue.leave(turn);
            }
        }
        return Optional.ofNullable(lock);
    }

    /** Prolongs the locks of long requests and ends those left behind; to be called a few times a second, never waits. */
    public void renew() {
        held.forEach(lock -> lock.renew(timing));
        leftBehind.end();
    }

    /** The exptime of a lock: stores count whole seconds, and the one that has begun is not whole. */
    int expiry() {
        return (int) settings.expiration().plusMillis(999).toSeconds() + 1;
    }

    void left(SessionLock lock, LockQueue.Turn turn) {
        held.remove(lock);
        queue.leave(turn);
    }

    /** These stores may have a lock that its owner does not want any more. */
    void leftBehind(Set<Store> stores, String key, String owner) {
        stores.forEach(store -> leftBehind.add(store, key, owner));
    }

    void lost() {
        counts.locksLost.increment();
    }

    /** Whether no request of this node has a lock or waits for one, and none may have been left behind. */
    boolean isIdle() {
        return held.isEmpty() && queue.isEmpty() && leftBehind.isEmpty();
    }

    /** One request's way to a lock. Used by one thread. */
    private final class Attempt {

        private final SessionId id;
        private final LockQueue.Turn turn;
        private final String key;
        private final String owner;
        private final Deadline deadline;
        private Duration pause = SHORTEST_PAUSE;
        private boolean waited;

        /** The stores that may have our lock without having said so. */
        private final Set<Store> doubtful = new HashSet<>();

        /** Who had the lock when it was last looked at. */
        private @Nullable LockValue other;

        Attempt(SessionId id, LockQueue.Turn turn) {
            this.id = id;
            this.turn = turn;
            this.key = keys.lock(id);
            this.owner = ours + digits();
            this.deadline = new Deadline(timing, patience, () -> "lock of session " + id.shortened());
        }

        @Nullable
        SessionLock run() {
            while (!turn.come().isDone()) {
                waits();
                if (deadline.passed(100)) {
                    return timedOut();
                }
                timing.await(turn.come(), deadline.step());
            }
            SessionLock lock = null;
            while (lock == null) {
                Optional<Store> store = judge.apply(id);
                lock = store.isPresent() ? tryOnce(store.get()) : null;
                if (lock == null) {
                    if (deadline.passed(100)) {
                        return timedOut();
                    }
                    pause();
                }
            }
            noteNeglect();
            held.add(lock);
            return lock;
        }

        private @Nullable SessionLock tryOnce(Store store) {
            LockValue mine = mine();
            CompletableFuture<Stored> added = store.add(key, mine.bytes(), expiry());
            timing.await(added);
            Stored stored = added.join();
            switch (stored.outcome()) {
                case OK -> {
                    return lock(store, mine, stored);
                }
                case NOT_STORED -> {
                    return look(store);
                }
                case REFUSED ->
                    throw new SessionsUnavailable(
                            "session %s: store %s refused to lock it".formatted(id.shortened(), store.name()));
                case UNKNOWN -> doubtful.add(store);
                default -> waits();
            }
            return null;
        }

        private LockValue mine() {
            return new LockValue(
                    owner, node, timing.millis(), settings.expiration().toMillis());
        }

        /** Who has it? It may be us, without having heard of it. */
        private @Nullable SessionLock look(Store store) {
            CompletableFuture<Reply> asked = store.gets(key);
            timing.await(asked);
            if (asked.join() instanceof Reply.Found found) {
                Optional<LockValue> there = LockValue.read(found.value());
                if (there.isPresent() && there.get().owner().equals(owner)) {
                    return lock(store, there.get(), new Stored(Outcome.OK, found.cas(), found.epoch()));
                }
                if (there.isPresent() && there.get().owner().startsWith(ours)) {
                    return takeOver(store, found);
                }
                other = there.orElse(other);
                waits();
            }
            return null;
        }

        /** Only one request of this node is here at a time: the one that had it is gone and could not give it back. */
        private @Nullable SessionLock takeOver(Store store, Reply.Found leftBehind) {
            LockValue mine = mine();
            CompletableFuture<Stored> replaced = store.cas(key, leftBehind, mine.bytes(), expiry());
            timing.await(replaced);
            Stored stored = replaced.join();
            if (stored.outcome() == Outcome.UNKNOWN) {
                doubtful.add(store);
            }
            return stored.outcome() == Outcome.OK ? lock(store, mine, stored) : null;
        }

        private SessionLock lock(Store store, LockValue mine, Stored stored) {
            return new SessionLock(SessionLocks.this, turn, store, doubtful, key, id.shortened(), mine, stored);
        }

        private void waits() {
            if (!waited) {
                waited = true;
                counts.lockWaits.increment();
            }
        }

        private void pause() {
            long jitter = random.nextLong(pause.toNanos());
            timing.pause(pause.plusNanos(jitter).dividedBy(2));
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }

        /** The one who had the lock did not give it back. */
        private void noteNeglect() {
            LockValue before = other;
            if (before != null && before.isNeglected(timing.millis())) {
                counts.locksAbandoned.increment();
                LOG.log(
                        Level.WARNING,
                        "session {0}: its lock ended by its lifetime, node {1} did not give it back",
                        id.shortened(),
                        before.node());
            }
        }

        private @Nullable SessionLock timedOut() {
            counts.lockTimeouts.increment();
            LockValue holder = other;
            String what = "session %s: waited %d ms for its lock%s"
                    .formatted(
                            id.shortened(),
                            patience.toMillis(),
                            holder == null ? "" : ", which node " + holder.node() + " has");
            if (settings.timeoutAction() == LockSettings.TimeoutAction.FAIL) {
                throw new SessionsUnavailable(what);
            }
            LOG.log(Level.WARNING, "{0}; it is served without, see --lock-timeout-action", what);
            return null;
        }
    }
}
