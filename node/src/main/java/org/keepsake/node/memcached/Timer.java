package org.keepsake.node.memcached;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends overdue operations of all stores, on one thread. Thread-safe.
 *
 * <p>Nobody wakes it: all operations have the same timeout, so one that is sent while it sleeps is due only after it
 * has looked again. Without traffic it wakes once in an operation timeout, with traffic not much more often.
 */
final class Timer {

    private static final long CLOSE_PATIENCE_MILLIS = 2000;

    private final long timeoutNanos;
    private final List<Epoch> epochs = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "keepsake store timer");
    private volatile boolean closed;

    Timer(ConnectionSettings settings) {
        timeoutNanos = settings.operationTimeout().toNanos();
        thread.setDaemon(true);
        thread.start();
    }

    void watch(Epoch epoch) {
        epochs.add(epoch);
    }

    void forget(Epoch epoch) {
        epochs.remove(epoch);
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /** Waits for its thread, not for ever: a caller's stage may hold it up. */
    void awaitEnd() throws InterruptedException {
        if (Thread.currentThread() != thread) {
            thread.join(CLOSE_PATIENCE_MILLIS);
        }
    }

    private void run() {
        long due = System.nanoTime();
        while (!closed) {
            long now = System.nanoTime();
            if (now - due > timeoutNanos / 3) {
                // This process stood still, not the stores: let their answers in before anyone is blamed.
                due = now + timeoutNanos / 10;
            } else {
                due = expireAll(now);
            }
            sleepUntil(due);
        }
    }

    private long expireAll(long now) {
        long next = now + timeoutNanos;
        for (Epoch epoch : epochs) {
            next = Math.min(next - now, epoch.expire(now) - now) + now;
        }
        return next;
    }

    private void sleepUntil(long due) {
        long left;
        while (!closed && (left = due - System.nanoTime()) > 0) {
            LockSupport.parkNanos(this, left);
        }
    }
}
