package org.keepsake.node.session;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What listeners are to be told of other nodes' changes, one after the other on a thread of its own. Whoever brings it never
 * waits: what does not fit is dropped and counted, which the log says now and then. Thread-safe.
 */
final class ChangeQueue implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ChangeQueue.class.getName());
    private static final long SAY_EVERY = Duration.ofSeconds(10).toNanos();

    private final long mostBytes;
    private final LongSupplier nanos;
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong sayAgain;

    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread made = new Thread(task, "session-changes");
                made.setDaemon(true);
                return made;
            });

    /**
     * @param mostBytes how many may wait
     * @param nanos the time of a clock that has no meaning but its differences
     */
    ChangeQueue(long mostBytes, LongSupplier nanos) {
        this.mostBytes = mostBytes;
        this.nanos = nanos;
        sayAgain = new AtomicLong(nanos.getAsLong());
        thread.allowCoreThreadTimeOut(true);
    }

    /**
     * Does this after all that was brought before.
     *
     * @param bytes how much it holds on to until it is done
     */
    void put(long bytes, Runnable telling) {
        if (waiting.addAndGet(bytes) > mostBytes) {
            waiting.addAndGet(-bytes);
            drop();
            return;
        }
        try {
            thread.execute(() -> {
                try {
                    telling.run();
                } finally {
                    waiting.addAndGet(-bytes);
                }
            });
        } catch (RejectedExecutionException closed) {
            LOG.log(Level.DEBUG, "sessions: this node stops, its listeners hear nothing more", closed);
        }
    }

    private void drop() {
        long count = dropped.incrementAndGet();
        long now = nanos.getAsLong();
        long due = sayAgain.get();
        if (now - due >= 0 && sayAgain.compareAndSet(due, now + SAY_EVERY)) {
            LOG.log(
                    Level.WARNING,
                    "sessions: listeners were not told of what other nodes changed, {0} times so far, because {1} bytes"
                            + " waited for them already: a listener takes too long",
                    Long.toString(count),
                    Long.toString(mostBytes));
        }
    }

    /** How many did not fit so far. */
    long dropped() {
        return dropped.get();
    }

    /** What waits is told to nobody. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
