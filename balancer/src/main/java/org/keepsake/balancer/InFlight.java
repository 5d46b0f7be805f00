package org.keepsake.balancer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Counts requests, for one who waits until there are none. Thread-safe. */
final class InFlight {
    @GuardedBy("this")
    private int count;

    synchronized void enter() {
        count++;
    }

    synchronized void leave() {
        count--;
        if (count == 0) {
            notifyAll();
        }
    }

    /** Returns whether it came to none within the time; an interrupt ends the wait and stays set. */
    synchronized boolean awaitNone(Duration most) {
        long end = System.nanoTime() + most.toNanos();
        try {
            while (count > 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
