package org.keepsake.node.memcached;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import net.spy.memcached.ops.Operation;
import net.spy.memcached.ops.OperationCallback;
import net.spy.memcached.ops.OperationState;
import net.spy.memcached.ops.OperationStatus;
import net.spy.memcached.ops.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * One operation on its way, from the moment it is handed to the client until both its future is complete and the
 * client holds no bytes of it any more. The two ends come in any order: a timed-out operation that was sent stays in
 * the client's queue until its late answer, or the end of the epoch.
 *
 * <p>The I/O thread, the timer and the keeper of the store race for the end; {@link #marks} decides. Nothing here may
 * throw: an {@code Error} in a callback would end the client's I/O thread.
 */
final class Pending<T> implements OperationCallback, Answer<T> {

    private static final int SETTLED = 1;
    private static final int RELEASED = 2;

    private final Epoch epoch;
    private final Endings<T> endings;
    private final long deadline;
    private final AtomicInteger marks = new AtomicInteger();
    private final int bytes;

    // Both null once it is settled: it may wait for the timer, but not hold a value that was read or is to be written.
    private volatile @Nullable CompletableFuture<T> future;
    private volatile @Nullable Operation operation;

    Pending(Epoch epoch, Endings<T> endings, int bytes, long deadline, CompletableFuture<T> future) {
        this.epoch = epoch;
        this.endings = endings;
        this.bytes = bytes;
        this.deadline = deadline;
        this.future = future;
    }

    /** In nanoseconds of {@link System#nanoTime()}. */
    long deadline() {
        return deadline;
    }

    boolean settled() {
        return (marks.get() & SETTLED) != 0;
    }

    /** Comes before the operation is queued. */
    void isAbout(Operation created) {
        operation = created;
    }

    /** The store answered. A late answer is no sign of health: only one in time ends a row of timeouts. */
    @Override
    public void is(T answer) {
        if (mark(SETTLED)) {
            epoch.answeredInTime();
            complete(answer);
        }
    }

    /** The client gives up an operation by itself only when it lost the connection or never sent it in time. */
    @Override
    public void receivedStatus(OperationStatus status) {
        if (settled()) {
            return;
        }
        if (status.getStatusCode() == StatusCode.CANCELLED) {
            epoch.lose("connection lost");
            abandon(String.valueOf(epoch.lostBecause()));
        } else {
            abandon("not sent in time");
        }
    }

    /** The reply breaks the protocol: whatever follows could be the answer to something else. */
    void broken(String what) {
        epoch.lose("it breaks the protocol: " + what);
    }

    /** The client is through with the operation. */
    @Override
    public void complete() {
        if (mark(RELEASED)) {
            epoch.released(bytes);
        }
    }

    /**
     * Ends the wait, if it is not over.
     *
     * @return whether this call ended it
     */
    boolean abandon(String why) {
        Operation given = operation;
        if (given == null || !mark(SETTLED)) {
            return false;
        }
        T ending = withdraw(given)
                ? endings.notSent().apply(why)
                : endings.unknown().apply(why);
        complete(ending);
        return true;
    }

    /** For the one that settled it. */
    private void complete(T end) {
        CompletableFuture<T> waiting = future;
        operation = null;
        future = null;
        if (waiting != null) {
            waiting.complete(end);
        }
    }

    /** The client writes under the operation's monitor and skips a cancelled one: withdrawn means never sent. */
    private static boolean withdraw(Operation given) {
        synchronized (given) {
            if (given.getState() != OperationState.WRITE_QUEUED) {
                return false;
            }
            if (!given.isCancelled()) {
                given.cancel();
            }
            return true;
        }
    }

    private boolean mark(int bit) {
        return (marks.getAndUpdate(old -> old | bit) & bit) == 0;
    }
}
