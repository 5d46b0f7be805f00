package org.keepsake.node.session.time;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Time and waiting, passed in so that tests need not sleep. Thread-safe. */
public interface Timing {

    /** The system's clocks; waiting blocks the thread and is not ended by an interrupt. */
    Timing SYSTEM = new Timing() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long millis() {
            return System.currentTimeMillis();
        }

        @Override
        public void await(CompletableFuture<?> answers) {
            answers.join();
        }

        @Override
        public void await(CompletableFuture<?> answers, Duration atMost) {
            try {
                answers.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException | ExecutionException seenByTheCaller) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void pause(Duration duration) {
            LockSupport.parkNanos(duration.toNanos());
        }
    };

    /** A clock for durations, as {@link System#nanoTime}. */
    long nanos();

    /** Milliseconds since 1970. */
    long millis();

    /** Waits for answers that always come. */
    void await(CompletableFuture<?> answers);

    /** Waits once for all of several answers that always come. */
    default void awaitAll(Collection<? extends CompletableFuture<?>> answers) {
        await(CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new)));
    }

    /**
     * Waits for answers that may not come in time; the caller looks whether they did. Ends at an interrupt, which stays
     * set.
     */
    default void await(CompletableFuture<?> answers, Duration atMost) {
        long start = nanos();
        while (!answers.isDone() && nanos() - start < atMost.toNanos()) {
            pause(Duration.ofMillis(1));
        }
    }

    /** Waits for about this long. */
    void pause(Duration duration);
}
