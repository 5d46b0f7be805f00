package org.keepsake.node.session.time;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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

    /** Waits for about this long. */
    void pause(Duration duration);
}
