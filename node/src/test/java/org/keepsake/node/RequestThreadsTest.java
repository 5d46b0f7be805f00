package org.keepsake.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestThreadsTest {

    private static final int MOST = 20;

    private final RequestThreads threads = new RequestThreads(MOST);

    @AfterEach
    void stop() {
        var unused = threads.shutdownNow();
    }

    /** Requests that are begun and end when the latch is counted down. */
    private CountDownLatch begin(int requests, CountDownLatch until) {
        CountDownLatch begun = new CountDownLatch(requests);
        for (int i = 0; i < requests; i++) {
            threads.execute(() -> {
                begun.countDown();
                await(until);
            });
        }
        return begun;
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void runsAsManyAsMayRunAndTheOthersAfterThem() throws InterruptedException {
        CountDownLatch until = new CountDownLatch(1);
        assertTrue(await(begin(MOST, until)), "all run that may");
        CountDownLatch more = begin(100, until);
        assertFalse(more.await(100, TimeUnit.MILLISECONDS), "more run than may");
        assertEquals(MOST, threads.getPoolSize());
        assertEquals(100, threads.getQueue().size());
        until.countDown();
        assertTrue(await(more), "those that waited are run");
    }

    @Test
    void makesNoThreadWhileOneIsFree() throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            CountDownLatch done = new CountDownLatch(1);
            threads.execute(done::countDown);
            assertTrue(await(done));
        }
        assertTrue(threads.getPoolSize() <= 9, "threads: " + threads.getPoolSize());
    }

    @Test
    void countsRequestsThatFail() {
        CountDownLatch failed = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            threads.execute(() -> {
                failed.countDown();
                Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> {});
                throw new IllegalStateException("for the test");
            });
        }
        assertTrue(await(failed));
        CountDownLatch until = new CountDownLatch(1);
        assertTrue(await(begin(MOST, until)), "all run that may");
        until.countDown();
    }

    @Test
    void takesNothingOnceItIsShutDown() {
        threads.shutdown();
        assertThrows(RejectedExecutionException.class, () -> threads.execute(() -> {}));
    }
}
