package org.keepsake.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes when told to. */
final class ManualTicker implements Ticker {

    private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);

    @Override
    public long millis() {
        return millis.get();
    }

    long seconds() {
        return millis() / 1000;
    }

    void pass(Duration duration) {
        millis.addAndGet(duration.toMillis());
    }
}
