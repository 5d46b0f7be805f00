package org.keepsake.node.memcached;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.spy.memcached.ops.Operation;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.store.Reply;

/**
 * One established connection to one store, from then until it is lost; it is never mended, a new epoch follows.
 * Thread-safe.
 *
 * <p>Who does what: callers {@link #send}; the client's I/O thread completes answers and notices a lost connection; the
 * timer completes what is overdue; the keeper of the store opens, {@link #beat beats} and {@link #abandonAll clears up}.
 */
final class Epoch {

    /** What the queues and objects of an operation weigh beside its request, in bytes; measured with short reads. */
    private static final int WEIGHT = 640;

    private final long number;
    private final Server server;
    private final ConnectionSettings settings;
    private final SpyClient client;
    private final Commands commands;

    /** In the order of their deadlines: all operations have the same timeout. Settled ones stay until the timer passes. */
    private final Queue<Pending<?>> pending = new ConcurrentLinkedQueue<>();

    private final AtomicLong bytesInFlight = new AtomicLong();
    private final AtomicInteger timeoutsInRow = new AtomicInteger();

    /**
     * @param number how many connections to this store were established before this one, plus one
     * @param server who answers
     */
    Epoch(long number, Server server, ConnectionSettings settings, SpyClient client) {
        this.number = number;
        this.server = server;
        this.settings = settings;
        this.client = client;
        this.commands = settings.protocol().commands();
    }

    long number() {
        return number;
    }

    Server server() {
        return server;
    }

    long maxItemSize() {
        return server.maxItemSize();
    }

    /** The protocol it speaks. */
    Commands commands() {
        return commands;
    }

    /** Why this epoch is over, or null while it lasts. */
    @Nullable
    String lostBecause() {
        return client.lostBecause();
    }

    /** Ends this epoch: from now on nothing is sent. The keeper does the rest. */
    void lose(String why) {
        client.lose(why);
    }

    /** Waits, and returns whether the epoch is over. */
    boolean overWithin(Duration atMost) throws InterruptedException {
        return client.lostWithin(atMost);
    }

    /** Whether the newest operation that ended was a timeout. */
    boolean suspect() {
        return timeoutsInRow.get() > 0;
    }

    /**
     * Asks for the mark of the store, so that a dead or frozen store is noticed when nobody else asks, and one whose
     * memory was flushed. It also keeps the mark from being evicted as the item that was not read for longest.
     *
     * @return whether the store answered with the mark it should have; no answer is counted like any other's
     */
    CompletableFuture<Boolean> beat() {
        return send(commands.gets(Incarnation.KEY)).thenApply(this::hasMark);
    }

    private boolean hasMark(Reply reply) {
        boolean same = reply instanceof Reply.Found found
                && server.incarnation().mark().equals(new String(found.value(), StandardCharsets.ISO_8859_1));
        if (!same && (reply instanceof Reply.Found || reply instanceof Reply.Absent)) {
            lose("it no longer has its mark: its memory was flushed, or is too small");
        }
        return same;
    }

    /** Hands a command to the client, unless the epoch is over or too much waits already. Never throws. */
    <T> CompletableFuture<T> send(Commands.Command<T> command) {
        int bytes = command.request().length + WEIGHT;
        long waiting = bytesInFlight.addAndGet(bytes);
        if (waiting > settings.maxBytesInFlight() && waiting != bytes) {
            bytesInFlight.addAndGet(-bytes);
            return CompletableFuture.completedFuture(
                    command.endings().notSent().apply("too many bytes wait for this store"));
        }
        CompletableFuture<T> future = new CompletableFuture<>();
        long deadline = System.nanoTime() + settings.operationTimeout().toNanos();
        Pending<T> waits = new Pending<>(this, command.endings(), bytes, deadline, future);
        Operation operation = command.create(waits, this);
        waits.isAbout(operation);
        pending.add(waits);
        client.send(operation);
        String why = lostBecause();
        if (why != null) {
            // It may have come too late for the keeper to see it.
            waits.abandon(why);
        }
        return future;
    }

    /** An answer came in time. */
    void answeredInTime() {
        if (timeoutsInRow.get() != 0) {
            timeoutsInRow.set(0);
        }
    }

    /** The client holds these bytes no more. */
    void released(int bytes) {
        bytesInFlight.addAndGet(-bytes);
    }

    /**
     * Ends what is overdue; for the timer alone.
     *
     * @param now {@link System#nanoTime()}
     * @return the deadline of the next one, or that of an operation that would be sent now
     */
    long expire(long now) {
        Pending<?> next;
        while ((next = pending.peek()) != null) {
            if (!next.settled() && next.deadline() - now > 0) {
                return next.deadline();
            }
            // Not poll(): the keeper may have taken this one meanwhile, and the new head would be lost.
            pending.remove(next);
            if (next.abandon("no answer within " + settings.operationTimeout().toMillis() + " ms")) {
                countTimeout();
            }
        }
        return now + settings.operationTimeout().toNanos();
    }

    private void countTimeout() {
        if (timeoutsInRow.incrementAndGet() >= settings.timeoutsUntilDown()) {
            lose(settings.timeoutsUntilDown() + " timeouts in a row");
        }
    }

    /** Ends every operation that still waits. For the keeper, when the epoch is over. */
    void abandonAll() {
        String why = String.valueOf(lostBecause());
        Pending<?> next;
        while ((next = pending.poll()) != null) {
            next.abandon(why);
        }
    }
}
