package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.keepsake.node.memcached.LogLines;

class ChangeQueueTest {

    private final AtomicLong now = new AtomicLong();
    private final ChangeQueue queue = new ChangeQueue(100, now::get);
    private final List<Integer> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch held = new CountDownLatch(1);

    @AfterEach
    void close() {
        held.countDown();
        queue.close();
    }

    private void hold() {
        CountDownLatch begun = new CountDownLatch(1);
        queue.put(1, () -> {
            begun.countDown();
            TestNode.await(held);
        });
        TestNode.await(begun);
    }

    private void putAndAwait(int number) {
        Waiting.until("there is room", () -> {
            long before = queue.dropped();
            queue.put(10, () -> told.add(number));
            return queue.dropped() == before;
        });
        Waiting.until("it is told", () -> told.contains(number));
    }

    @Test
    void tellsInOrder() {
        hold();
        IntStream.range(0, 9).forEach(i -> queue.put(10, () -> told.add(i)));
        held.countDown();
        putAndAwait(9);
        assertEquals(IntStream.range(0, 10).boxed().toList(), told);
    }

    @Test
    void dropsWhatDoesNotFitAndNeverWaits() {
        hold();
        IntStream.range(0, 30).forEach(i -> queue.put(10, () -> told.add(i)));
        assertEquals(21, queue.dropped());
        held.countDown();
        putAndAwait(30);
        assertEquals(10, told.size());
    }

    @Test
    void goesOnAfterAFailure() {
        queue.put(10, () -> {
            throw new IllegalStateException("as a test wants it");
        });
        putAndAwait(1);
    }

    @Test
    void saysSeldomThatItDrops() {
        try (LogLines log = new LogLines(ChangeQueue.class)) {
            hold();
            IntStream.range(0, 20).forEach(i -> queue.put(100, () -> told.add(i)));
            assertEquals(List.of(dropped(1)), log.lines());
            now.addAndGet(Duration.ofSeconds(10).toNanos());
            IntStream.range(0, 20).forEach(i -> queue.put(100, () -> told.add(i)));
            assertEquals(List.of(dropped(1), dropped(21)), log.lines());
        }
    }

    private static String dropped(int times) {
        return "sessions: listeners were not told of what other nodes changed, " + times
                + " times so far, because 100 bytes waited for them already: a listener takes too long";
    }
}
