package org.keepsake.node;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that run requests: as many as there are requests, up to a limit; above it requests wait for one that is
 * finished. Thread-safe.
 *
 * <p>Whoever has finished a request takes the next one that waits, without having slept. A thread that is woken for each
 * request costs more than a small request itself, so requests are not handed to threads, but fetched by them.
 */
final class RequestThreads extends ThreadPoolExecutor {

    private static final int KEPT = 8;
    private static final int IDLE_SECONDS = 60;

    /** Requests that run or wait. */
    private final AtomicInteger present = new AtomicInteger();

    private final Line line;

    /** @param most how many requests run at a time, at least {@value #KEPT} */
    RequestThreads(int most) {
        this(most, new Line());
    }

    private RequestThreads(int most, Line line) {
        super(KEPT, most, IDLE_SECONDS, TimeUnit.SECONDS, line);
        this.line = line;
        line.threads = this;
        AtomicInteger made = new AtomicInteger();
        setThreadFactory(task -> new Thread(task, "request-" + made.incrementAndGet()));
    }

    @Override
    public void execute(Runnable request) {
        int unused = present.incrementAndGet();
        try {
            super.execute(request);
        } catch (RejectedExecutionException e) {
            // Another request may have had the last thread made since this one was refused a place in the line.
            if (isShutdown() || !line.take(request)) {
                int unusedNow = present.decrementAndGet();
                throw e;
            }
        }
    }

    @Override
    protected void afterExecute(Runnable request, Throwable failure) {
        int unused = present.decrementAndGet();
    }

    /** Those that wait. Takes a request only if a thread is free for it or no more threads may be made. */
    private static final class Line extends LinkedBlockingQueue<Runnable> {

        private static final long serialVersionUID = 1L;

        /** Set before anything is offered. */
        @SuppressWarnings("NullAway.Init")
        private transient RequestThreads threads;

        @Override
        public boolean offer(Runnable request) {
            int made = threads.getPoolSize();
            boolean isMore = threads.present.get() > made && made < threads.getMaximumPoolSize();
            return !isMore && take(request);
        }

        private boolean take(Runnable request) {
            return super.offer(request);
        }
    }
}
