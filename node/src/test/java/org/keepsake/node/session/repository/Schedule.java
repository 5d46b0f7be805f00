package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.time.Timing;

/**
 * Runs blocking code of many threads one step at a time, in an order and on a clock that depend on a seed alone. A
 * thread runs until it waits; then the schedule picks what happens next: another thread, or an event whose time has
 * come.
 *
 * <p>The thread that is about to wait does the picking and hands over to the next one directly, so that a step costs at
 * most one hand-over, and none if the same thread goes on. Whatever runs holds {@code running}; all fields belong to it.
 *
 * <p>The schedule itself is the {@link Timing} of the world, which never stands still; nodes have a
 * {@link SimulatedProcess} each.
 */
final class Schedule implements Timing {

    /** Far more than any run needs that comes to an end. */
    private static final long LONGEST = Duration.ofMinutes(30).toNanos();

    private static final int MOST_STEPS = 2_000_000;

    /** In real time: what waits for a lock held across a wait would wait for ever. */
    private static final long STUCK = Duration.ofSeconds(60).toNanos();

    /** Set to see what happens in a run. */
    private static final boolean TRACED = Boolean.getBoolean("keepsake.simulation.trace");

    private static final long START = 1_700_000_000_000L;
    private static final ThreadLocal<Task> CURRENT = new ThreadLocal<>();
    private static final ThreadFactory DAEMONS = task -> {
        Thread thread = new Thread(task, "simulated");
        thread.setDaemon(true);
        return thread;
    };
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(DAEMONS);

    private final Random random;
    private final List<Task> tasks = new ArrayList<>();
    private final List<Task> ready = new ArrayList<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final SimulatedProcess world = new SimulatedProcess(this, "world");
    private final Baton baton = new Baton();
    private @Nullable Throwable failure;
    private volatile boolean closed;
    private boolean inEvent;
    private int foreground;
    private long now;
    private long sequence;
    private long steps;
    private long fingerprint;

    private record Event(long at, long sequence, SimulatedProcess owner, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(sequence, other.sequence);
        }
    }

    /** Ends a thread whose process was killed; nothing but the thread's own end catches it. */
    @SuppressWarnings("serial") // never leaves its thread
    private static final class Killed extends Error {
        Killed() {
            super("killed", null, false, false);
        }
    }

    /** The right to run, handed from thread to thread. */
    private static final class Baton {
        private volatile boolean here;
        private volatile @Nullable Thread waiting;

        void give() {
            here = true;
            LockSupport.unpark(waiting);
        }

        boolean awaitWithin(long nanos) {
            long end = System.nanoTime() + nanos;
            waiting = Thread.currentThread();
            while (!here) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            here = false;
            return true;
        }
    }

    private final class Task implements Runnable {
        final SimulatedProcess owner;
        final boolean background;
        final Runnable body;
        final Baton turn = new Baton();
        CompletableFuture<?> awaited = CompletableFuture.completedFuture(null);
        long notBefore;
        boolean begun;

        Task(SimulatedProcess owner, boolean background, Runnable body) {
            this.owner = owner;
            this.background = background;
            this.body = body;
        }

        boolean isReady() {
            return owner.isDead() || (!owner.isFrozen() && notBefore <= now && awaited.isDone());
        }

        void resume() {
            if (begun) {
                turn.give();
            } else {
                begun = true;
                THREADS.execute(this);
            }
        }

        @Override
        public void run() {
            CURRENT.set(this);
            try {
                checkAlive();
                body.run();
            } catch (Killed e) {
                // As a killed process ends: without a word.
            } catch (Throwable e) {
                note(e);
            } finally {
                CURRENT.remove();
            }
            if (!closed) {
                tasks.remove(this);
                foreground -= background ? 0 : 1;
                handOver(pick());
            }
        }

        void checkAlive() {
            if (closed || owner.isDead()) {
                throw new Killed();
            }
        }
    }

    Schedule(Random random) {
        this.random = random;
    }

    /** A process that can be frozen and killed; it starts running. */
    SimulatedProcess process(String name) {
        return new SimulatedProcess(this, name);
    }

    /** Adds a thread of the world; it begins when the schedule picks it. */
    void start(Runnable body) {
        world.start(body);
    }

    /** Adds something that happens by itself after a while. */
    void after(long millis, Runnable action) {
        world.after(millis, action);
    }

    void add(SimulatedProcess owner, boolean background, Runnable body) {
        tasks.add(new Task(owner, background, body));
        foreground += background ? 0 : 1;
    }

    void add(SimulatedProcess owner, long millis, Runnable action) {
        events.add(new Event(now + millis * 1_000_000, sequence++, owner, action));
    }

    /** Lets everything happen until all threads have ended that are not in the background. */
    void run() {
        Task first = pick();
        if (first != null) {
            first.resume();
            if (!baton.awaitWithin(STUCK)) {
                throw new AssertionError("a thread does not come back; does it wait for a lock?\n" + stacks());
            }
        }
        if (failure != null) {
            throw new AssertionError(failure.getMessage() + " (at " + now / 1_000_000 + " ms)", failure);
        }
    }

    private static String stacks() {
        StringBuilder text = new StringBuilder();
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            if (thread.getName().equals("simulated")) {
                text.append("thread:\n");
                for (StackTraceElement frame : stack) {
                    text.append("  ").append(frame).append('\n');
                }
            }
        });
        return text.toString();
    }

    /** Ends all threads. */
    void close() {
        closed = true;
        tasks.forEach(task -> {
            if (task.begun) {
                task.turn.give();
            }
        });
    }

    /** Tells the reader of one run what happens. */
    void trace(Supplier<String> what) {
        if (TRACED) {
            System.out.printf("%10.3f %s%n", now / 1e6, what.get());
        }
    }

    /** A number that two runs share if the same things happened in them. */
    long fingerprint() {
        return fingerprint;
    }

    private void note(Throwable e) {
        if (failure == null) {
            failure = e;
        }
    }

    /** The thread that goes on, after all that happens before; null if the run is over. */
    private @Nullable Task pick() {
        try {
            while (failure == null && foreground > 0) {
                Task next = step();
                if (next != null) {
                    return next;
                }
            }
        } catch (Throwable e) {
            note(e);
        }
        return null;
    }

    private @Nullable Task step() {
        if (++steps > MOST_STEPS || now > LONGEST) {
            throw new AssertionError("it does not come to an end");
        }
        ready.clear();
        for (Task task : tasks) {
            if (task.isReady()) {
                ready.add(task);
            }
        }
        boolean eventDue = !events.isEmpty() && events.element().at() <= now;
        int choices = ready.size() + (eventDue ? 1 : 0);
        if (choices == 0) {
            advance();
            return null;
        }
        int choice = random.nextInt(choices);
        now += random.nextInt(200_000);
        fingerprint = fingerprint * 31 + choice + now;
        if (choice == ready.size()) {
            happen(events.remove());
            return null;
        }
        return ready.get(choice);
    }

    private void advance() {
        long next = events.isEmpty() ? Long.MAX_VALUE : events.element().at();
        for (Task task : tasks) {
            if (!task.owner.isFrozen() && task.awaited.isDone()) {
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
        inEvent = true;
        try {
            event.owner().happen(event.action());
        } finally {
            inEvent = false;
        }
    }

    private void handOver(@Nullable Task next) {
        if (next == null) {
            baton.give();
        } else {
            next.resume();
        }
    }

    private void yieldUntil(CompletableFuture<?> answers, long time) {
        if (inEvent) {
            throw new AssertionError("what an answer sets off must not wait");
        }
        Task task = CURRENT.get();
        task.checkAlive();
        task.awaited = answers;
        task.notBefore = time;
        Task next = pick();
        if (next != task) {
            handOver(next);
            boolean unused = task.turn.awaitWithin(Long.MAX_VALUE / 2);
        }
        task.checkAlive();
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
        yieldUntil(answers, now);
    }

    @Override
    public void await(CompletableFuture<?> answers, Duration atMost) {
        world.await(answers, atMost);
    }

    @Override
    public void pause(Duration duration) {
        yieldUntil(CompletableFuture.completedFuture(null), now + duration.toNanos());
    }
}
