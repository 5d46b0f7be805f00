package org.keepsake.node.session.repository;

import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.store.Exptime;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Store;
import org.keepsake.node.store.Stored;

/**
 * A session's lock while a request has it. Thread-safe.
 *
 * <p>It is only ever changed by {@code cas} of what its owner wrote, so another's lock is neither prolonged nor taken
 * away, whatever happened meanwhile. What it asks of the store is done one after the other and never waited for.
 */
public final class SessionLock {

    private static final System.Logger LOG = System.getLogger(SessionLock.class.getName());

    private final SessionLocks locks;
    private final LockQueue.Turn turn;
    private final Store store;

    /** The stores that may have this lock without having said so. Guarded by this. */
    private final Set<Store> doubtful;

    private final String key;
    private final String session;

    /** Guarded by this, as all that follows: what the store holds as far as this node knows. */
    private LockValue value;

    /** The answer under which it holds that, null if it is to be asked. */
    private Reply.@Nullable Found seen;

    private CompletionStage<?> last = CompletableFuture.completedFuture(null);
    private boolean released;
    private boolean lost;

    /**
     * @param doubtful stores that may have it too; this lock's own from here on
     * @param stored how the store took it
     */
    SessionLock(
            SessionLocks locks,
            LockQueue.Turn turn,
            Store store,
            Set<Store> doubtful,
            String key,
            String session,
            LockValue value,
            Stored stored) {
        this.locks = locks;
        this.turn = turn;
        this.store = store;
        this.doubtful = doubtful;
        this.key = key;
        this.session = session;
        this.value = value;
        this.seen = found(value, stored);
    }

    private static Reply.@Nullable Found found(LockValue value, Stored stored) {
        return stored.cas() == 0 ? null : new Reply.Found(value.bytes(), stored.cas(), stored.epoch());
    }

    /** Prolongs it if a third of its lifetime is over. */
    synchronized void renew(Timing timing) {
        long now = timing.millis();
        if (released || lost || now - value.renewed() < value.lifetime() / 3) {
            return;
        }
        LockValue renewed = value.renewedAt(now);
        last = last.thenCompose(unused -> replace(renewed, locks.expiry()));
    }

    /** Gives it back; who waits here is let in when the store has answered. Giving it back again does nothing. */
    public void release() {
        synchronized (this) {
            if (released) {
                return;
            }
            released = true;
            LockValue mine = value;
            last = last.thenCompose(unused -> replace(mine, Exptime.AT_ONCE)).whenComplete((unused, failed) -> leave());
        }
    }

    private void leave() {
        synchronized (this) {
            locks.leftBehind(doubtful, key, value.owner());
        }
        locks.left(this, turn);
    }

    private CompletionStage<?> replace(LockValue by, int expiry) {
        Reply.Found known;
        synchronized (this) {
            if (lost) {
                return CompletableFuture.completedFuture(null);
            }
            known = seen;
        }
        CompletionStage<Reply> read = known == null ? store.gets(key) : CompletableFuture.completedFuture(known);
        return read.thenCompose(reply -> {
            if (reply instanceof Reply.Found found) {
                return isMine(found)
                        ? store.cas(key, found, by.bytes(), expiry).thenAccept(stored -> take(by, stored))
                        : gone();
            }
            return reply instanceof Reply.Absent ? gone() : doubted();
        });
    }

    private synchronized boolean isMine(Reply.Found found) {
        return LockValue.isOf(value.owner(), found.value());
    }

    private synchronized void take(LockValue by, Stored stored) {
        seen = null;
        if (stored.outcome() == Outcome.OK) {
            value = by;
            seen = found(by, stored);
        } else if (stored.outcome() == Outcome.ABSENT) {
            lose();
        } else {
            doubtful.add(store);
        }
    }

    private synchronized CompletionStage<Void> doubted() {
        doubtful.add(store);
        return CompletableFuture.completedFuture(null);
    }

    private synchronized CompletionStage<Void> gone() {
        lose();
        return CompletableFuture.completedFuture(null);
    }

    private synchronized void lose() {
        if (!lost) {
            lost = true;
            locks.lost();
            LOG.log(
                    Level.WARNING,
                    "session {0}: its lock ended before the request that had it; see --lock-expiration",
                    session);
        }
    }
}
