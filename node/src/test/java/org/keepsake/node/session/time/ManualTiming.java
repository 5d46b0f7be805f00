package org.keepsake.node.session.time;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Stands still until it is told otherwise. Not thread-safe. */
public final class ManualTiming implements Timing {

    private long nanos;

    /** Lets time pass. */
    public void pass(Duration duration) {
        nanos += duration.toNanos();
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long millis() {
        return nanos / 1_000_000;
    }

    @Override
    public void await(CompletableFuture<?> answers) {
        answers.join();
    }

    @Override
    public void pause(Duration duration) {
        pass(duration);
    }
}
