package org.keepsake.dist;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition, never for a time. */
final class Await {

    private static final Duration PAUSE = Duration.ofMillis(25);

    private Await() {}

    /** Returns once the condition holds; an exception of the condition counts as "not yet". */
    static void until(String what, Duration limit, Callable<Boolean> condition) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        Exception last = null;
        while (true) {
            try {
                if (condition.call()) {
                    return;
                }
                last = null;
            } catch (InterruptedException interrupted) {
                throw interrupted;
            } catch (Exception notYet) {
                last = notYet;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + ": not within " + limit.toSeconds() + " s", last);
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }
}
