package org.keepsake.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The contract for databases that are processes of their own, which end and stand still. */
abstract class ServerContract extends JdbcContract {

    private static final String KEY = "s:number";
    private static final Duration SHORT = Duration.ofSeconds(1);

    abstract DatabaseProcess server();

    @Override
    final String url() {
        return server().url();
    }

    @Override
    final String user() {
        return DatabaseProcess.USER;
    }

    @Override
    final String password() {
        return DatabaseProcess.PASSWORD;
    }

    /** One that counts in the database, whatever happens to it, and knows what it was told. */
    private final class Counter implements AutoCloseable {

        private final PatientStore store;
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicInteger acknowledged = new AtomicInteger();
        private final AtomicInteger unknown = new AtomicInteger();
        private final CompletableFuture<Void> ended;
        private volatile long longest;

        Counter(Duration timeout) throws Exception {
            // It closes its place.
            this.store = PatientStore.over("db", make(timeout), timeout, 4);
            this.ended = CompletableFuture.runAsync(this::count, task -> new Thread(task, "counter").start());
        }

        private void count() {
            while (!stopped.get()) {
                if (!store.up()) {
                    LockSupport.parkNanos(1_000_000);
                    continue;
                }
                long start = System.nanoTime();
                if (store.gets(KEY).join() instanceof Reply.Found found) {
                    int next = number(found.value()) + 1;
                    switch (store.cas(KEY, found, bytes(Integer.toString(next)), 600)
                            .join()
                            .outcome()) {
                        case OK -> acknowledged.incrementAndGet();
                        case UNKNOWN -> unknown.incrementAndGet();
                        default -> {}
                    }
                }
                longest = Math.max(longest, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            }
        }

        void waitForMore(int count, Duration atMost) throws InterruptedException {
            int before = acknowledged.get();
            long end = System.nanoTime() + atMost.toNanos();
            while (acknowledged.get() < before + count) {
                assertTrue(System.nanoTime() - end < 0, () -> acknowledged.get() - before + " within " + atMost);
                Thread.sleep(5);
            }
        }

        @Override
        public void close() {
            stopped.set(true);
            ended.join();
            store.close();
        }
    }

    private static int number(byte[] value) {
        return Integer.parseInt(new String(value, StandardCharsets.US_ASCII));
    }

    @Test
    void keepsEveryAcknowledgedUpdateOverAKillAndGoesOnByItself() throws Exception {
        place.add(KEY, bytes("0"), 600);
        Counter one = new Counter(SHORT);
        Counter two = new Counter(SHORT);
        try (one;
                two) {
            for (int round = 0; round < 2; round++) {
                one.waitForMore(50, Duration.ofSeconds(20));
                two.waitForMore(50, Duration.ofSeconds(20));
                server().kill();
                // Long enough for failed connections, too.
                Thread.sleep(700);
                server().startAgain();
                one.waitForMore(1, Duration.ofSeconds(3));
                two.waitForMore(1, Duration.ofSeconds(3));
            }
        }
        assertNothingLost(one, two);
    }

    private void assertNothingLost(Counter one, Counter two) throws Exception {
        int there = number(readAgain());
        int acknowledged = one.acknowledged.get() + two.acknowledged.get();
        int unknown = one.unknown.get() + two.unknown.get();
        System.out.printf("%d counted, %d acknowledged, %d unknown%n", there, acknowledged, unknown);
        assertTrue(there >= acknowledged, there + " are fewer than the acknowledged " + acknowledged);
        assertTrue(there <= acknowledged + unknown, there + " are more than " + acknowledged + " and " + unknown);
    }

    /** The first question to a database that was restarted fails; it was asked through an old connection. */
    private byte[] readAgain() throws Exception {
        try {
            return place.read(KEY).orElseThrow().value();
        } catch (Unreachable e) {
            return place.read(KEY).orElseThrow().value();
        }
    }

    @Test
    void endsOperationsInTimeWhileTheDatabaseStandsStill() throws Exception {
        place.add(KEY, bytes("0"), 600);
        Counter one = new Counter(SHORT);
        Counter two = new Counter(SHORT);
        try (one;
                two) {
            one.waitForMore(50, Duration.ofSeconds(20));
            server().freeze();
            try {
                Thread.sleep(3_000);
            } finally {
                server().thaw();
            }
            one.waitForMore(50, Duration.ofSeconds(5));
            two.waitForMore(50, Duration.ofSeconds(5));
        }
        assertNothingLost(one, two);
        // A read and a write, a second each.
        assertTrue(one.longest < 3_000, one.longest + " ms");
        assertTrue(one.longest > SHORT.toMillis() - 100, one.longest + " ms");
    }

    @Test
    void holdsNoThreadsForADatabaseThatStandsStill() throws Exception {
        Place mine = make(SHORT);
        mine.add(KEY, bytes("0"), 600);
        server().freeze();
        try {
            for (int i = 0; i < 2; i++) {
                long start = System.nanoTime();
                assertUnreachable(mine);
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                assertTrue(millis < 3_500, millis + " ms");
            }
        } finally {
            server().thaw();
            mine.close();
        }
    }

    private static void assertUnreachable(Place place) {
        try {
            place.read(KEY);
        } catch (Unreachable e) {
            return;
        }
        throw new AssertionError("a database that stands still answered");
    }

    @Test
    void isThereForTheNextOperationAfterARestart() throws Exception {
        place.add(KEY, bytes("0"), 600);
        server().kill();
        try {
            place.read(KEY);
        } catch (Unreachable e) {
            assertTrue(e.wasSent(), e.toString());
        }
        Unreachable refused = null;
        try {
            place.read(KEY);
        } catch (Unreachable e) {
            refused = e;
        }
        assertTrue(refused != null && !refused.wasSent(), String.valueOf(refused));
        server().startAgain();

        assertEquals(Outcome.OK, place.set(KEY, bytes("1"), 600).outcome());
    }
}
