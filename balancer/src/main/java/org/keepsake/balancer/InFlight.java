package org.keepsake.balancer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Counts requests and the clients that send them, for one who waits until there are none. Thread-safe. */
final class InFlight {
    /** A client with an open connection may just be sending its next request; after this long it is idle. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    @GuardedBy("this")
    private int count;

    @GuardedBy("this")
    private int clients;

    @GuardedBy("this")
    private long lastLeft = System.nanoTime();

    synchronized void connected() {
        clients++;
    }

    synchronized void disconnected() {
        clients--;
        notifyAll();
    }

    synchronized void enter() {
        count++;
    }

    synchronized void leave() {
        count--;
        lastLeft = System.nanoTime();
        if (count == 0) {
            notifyAll();
        }
    }

    @GuardedBy("this")
    private boolean quiet() {
        return count == 0 && (clients == 0 || System.nanoTime() - lastLeft > QUIET_NANOS);
    }

    /** Returns whether it came to none within the time; an interrupt ends the wait and stays set. */
    synchronized boolean awaitNone(Duration most) {
        long end = System.nanoTime() + most.toNanos();
        try {
            while (!quiet()) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                wait(count == 0 ? Math.min(left, 10) : left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
