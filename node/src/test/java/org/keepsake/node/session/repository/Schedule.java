package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.time.Timing;

/**
 * Runs blocking code of many threads one step at a time, in an order and on a clock that depend on a seed alone. A
 * thread runs until it waits; then the schedule picks what happens next: another thread, or an event whose time has
 * come.
 */
final class Schedule implements Timing {

    private static final long START = 1_700_000_000_000L;
    private static final ThreadFactory DAEMONS = task -> {
        Thread thread = new Thread(task, "simulated");
        thread.setDaemon(true);
        return thread;
    };

    private final Random random;
    private final ExecutorService threads = Executors.newCachedThreadPool(DAEMONS);
    private final List<Task> tasks = new ArrayList<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private static final ThreadLocal<Task> CURRENT = new ThreadLocal<>();
    private final Semaphore back = new Semaphore(0);
    private long now;
    private long sequence;

    private record Event(long at, long sequence, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(sequence, other.sequence);
        }
    }

    private static final class Task {
        final Semaphore turn = new Semaphore(0);
        CompletableFuture<?> awaited = CompletableFuture.completedFuture(null);
        long notBefore;
        boolean over;

        @Nullable
        Throwable failure;
    }

    Schedule(Random random) {
        this.random = random;
    }

    /** Adds a thread; it begins when the schedule picks it. */
    void start(Runnable body) {
        Task task = new Task();
        tasks.add(task);
        threads.execute(() -> {
            task.turn.acquireUninterruptibly();
            CURRENT.set(task);
            try {
                body.run();
            } catch (Throwable e) {
                task.failure = e;
            }
            task.over = true;
            back.release();
        });
    }

    /** Adds something that happens by itself after a while. */
    void after(long millis, Runnable action) {
        events.add(new Event(now + millis * 1_000_000, sequence++, action));
    }

    /** Lets everything happen until all threads have ended. */
    void run() {
        while (!tasks.isEmpty()) {
            step();
        }
    }

    /** Lets all events happen that are still to come. */
    void drain() {
        while (!events.isEmpty()) {
            happen(events.remove());
        }
    }

    void close() {
        threads.shutdownNow();
    }

    private void step() {
        List<Task> ready = new ArrayList<>();
        for (Task task : tasks) {
            if (task.awaited.isDone() && task.notBefore <= now) {
                ready.add(task);
            }
        }
        boolean eventDue = !events.isEmpty() && events.element().at() <= now;
        int choices = ready.size() + (eventDue ? 1 : 0);
        if (choices == 0) {
            advance();
            return;
        }
        int choice = random.nextInt(choices);
        if (choice == ready.size()) {
            happen(events.remove());
        } else {
            resume(ready.get(choice));
        }
        now += random.nextInt(200_000);
    }

    private void advance() {
        long next = events.isEmpty() ? Long.MAX_VALUE : events.element().at();
        for (Task task : tasks) {
            if (task.awaited.isDone()) {
                next = Math.min(next, task.notBefore);
            }
        }
        if (next == Long.MAX_VALUE) {
            throw new AssertionError("every thread waits for what will never come");
        }
        now = Math.max(now, next);
    }

    private void happen(Event event) {
        now = Math.max(now, event.at());
        event.action().run();
    }

    private void resume(Task task) {
        task.turn.release();
        back.acquireUninterruptibly();
        if (task.over) {
            tasks.remove(task);
            if (task.failure != null) {
                throw new AssertionError(task.failure);
            }
        }
    }

    private void handBack() {
        Task task = CURRENT.get();
        back.release();
        task.turn.acquireUninterruptibly();
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public long millis() {
        return START + now / 1_000_000;
    }

    @Override
    public void await(CompletableFuture<?> answers) {
        CURRENT.get().awaited = answers;
        handBack();
    }

    @Override
    public void pause(Duration duration) {
        CURRENT.get().notBefore = now + duration.toNanos();
        handBack();
    }
}
