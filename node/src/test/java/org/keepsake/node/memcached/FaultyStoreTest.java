package org.keepsake.node.memcached;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Stored;

/** Against stores that misbehave in ways a real memcached rarely shows. */
@ParameterizedClass
@EnumSource(Protocol.class)
class FaultyStoreTest {

    private final Protocol protocol;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);

    FaultyStoreTest(Protocol protocol) {
        this.protocol = protocol;
    }

    @AfterEach
    void closeAll() throws Exception {
        over.countDown();
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void endsWithUnknownInTimeWhenTheStoreNeverAnswers() throws Exception {
        FakeStore fake = fake((command, talk) -> over.await(1, TimeUnit.HOURS));
        MemcachedConnection store = connect(fake);
        long start = System.nanoTime();
        Reply reply = get(store.gets("k"));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertInstanceOf(Reply.Unknown.class, reply);
        assertTrue(millis >= 290 && millis < 2000, "took " + millis + " ms");
    }

    @Test
    void isDownAfterThreeTimeoutsInARowAndUpInANewEpoch() throws Exception {
        FakeStore fake = fake((command, talk) -> over.await(1, TimeUnit.HOURS));
        MemcachedConnection store = connect(fake);
        long epoch = store.epoch();
        List<CompletableFuture<Outcome>> writes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            writes.add(store.touch("k", 1));
        }
        for (CompletableFuture<Outcome> write : writes) {
            assertEquals(Outcome.UNKNOWN, get(write));
        }
        Await.until("another epoch", () -> store.epoch() > epoch);
    }

    @Test
    void keepsTheConnectionWhenTheStoreRefuses() throws Exception {
        FakeStore fake = fake((command, talk) -> {
            talk.value();
            talk.outOfMemory();
            return true;
        });
        MemcachedConnection store = connect(patient(), fake);
        CompletableFuture<Stored> first = store.add("a", new byte[10], 0);
        CompletableFuture<Stored> second = store.add("b", new byte[10], 0);
        assertEquals(Outcome.REFUSED, outcome(first));
        assertEquals(Outcome.REFUSED, outcome(second));
        assertEquals(1, store.epoch());
        assertTrue(store.up());
    }

    @Test
    void doesNotTakeAnErrorOfABackendForANo() throws Exception {
        FakeStore fake = fake((command, talk) -> {
            if (!command.startsWith("gets")) {
                talk.value();
            }
            talk.backendTimeout();
            return true;
        });
        MemcachedConnection store = connect(patient(), fake);
        assertEquals(Outcome.UNKNOWN, outcome(store.add("a", new byte[10], 0)));
        assertInstanceOf(Reply.Unknown.class, get(store.gets("a")));
        assertTrue(store.up());
    }

    @Test
    void neverSendsAHalfWrittenValueAgain() throws Exception {
        FakeStore fake = fake((command, talk) -> {
            // Takes the header and a little, then hangs up.
            talk.in().readNBytes(1000);
            return false;
        });
        MemcachedConnection store = connect(ConnectionSettings.defaults(), fake);
        assertEquals(Outcome.UNKNOWN, outcome(store.add("k", new byte[1_000_000], 0)));
        Await.until("a new epoch", () -> store.epoch() == 2 && store.up());
        // spymemcached by itself would try again within two seconds.
        Thread.sleep(2500);
        assertEquals(1, fake.commands().size(), fake.commands().toString());
    }

    @Test
    void doesNotSendACasOfAnOlderEpoch() throws Exception {
        FakeStore fake = fake((command, talk) -> {
            talk.found("k", 7, "x");
            return false;
        });
        MemcachedConnection store = connect(patient(), fake);
        Reply.Found seen = assertInstanceOf(Reply.Found.class, get(store.gets("k")));
        Await.until("a new epoch", () -> store.epoch() == 2 && store.up());
        assertEquals(Outcome.EXISTS, outcome(store.cas("k", seen, new byte[1], 0)));
        assertEquals(List.of("gets k"), fake.commands());
    }

    @Test
    void refusesToQueueMoreThanItsShareOfBytes() throws Exception {
        FakeStore fake = fake((command, talk) -> over.await(1, TimeUnit.HOURS));
        ConnectionSettings settings = new ConnectionSettings(
                Duration.ofSeconds(2), 3, Duration.ofSeconds(10), Duration.ofMillis(100), 2 << 20);
        MemcachedConnection store = connect(settings, fake);
        List<CompletableFuture<Stored>> writes = new ArrayList<>();
        int taken = 0;
        for (int i = 0; i < 400; i++) {
            CompletableFuture<Stored> write = store.add("k" + i, new byte[50_000], 0);
            // Told at once: a little later, one that was taken may have timed out.
            taken += write.isDone() ? 0 : 1;
            writes.add(write);
        }
        assertTrue(taken > 30 && taken * 50_000 <= 2 << 20, taken + " taken");
        for (CompletableFuture<Stored> write : writes) {
            Outcome outcome = outcome(write);
            assertTrue(outcome == Outcome.NOT_SENT || outcome == Outcome.UNKNOWN, outcome.name());
        }
        Await.until("up again, with its share free", () -> store.epoch() == 2 && store.up());
        CompletableFuture<Stored> later = store.add("later", new byte[900_000], 0);
        assertFalse(later.isDone());
        assertEquals(Outcome.UNKNOWN, outcome(later));
    }

    @Test
    void neverDeliversWhatItCalledNotSent() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        FakeStore fake = fake((command, talk) -> {
            read.await();
            talk.value();
            talk.stored();
            return true;
        });
        ConnectionSettings settings = new ConnectionSettings(
                Duration.ofMillis(300), 100, Duration.ofSeconds(10), Duration.ofMillis(100), 64 << 20);
        MemcachedConnection store = connect(settings, fake);
        List<CompletableFuture<Stored>> writes = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            writes.add(store.add("k" + i, new byte[500_000], 0));
        }
        List<String> notSent = new ArrayList<>();
        for (int i = 0; i < writes.size(); i++) {
            Outcome outcome = outcome(writes.get(i));
            if (outcome == Outcome.NOT_SENT) {
                notSent.add("add k" + i + " 0 0 500000");
            } else {
                assertEquals(Outcome.UNKNOWN, outcome);
            }
        }
        assertFalse(notSent.isEmpty());
        assertTrue(notSent.size() < 80);
        read.countDown();
        Await.until(
                "all that was sent is read",
                () -> store.add("last", new byte[1], 0).join().outcome() == Outcome.OK);
        List<String> delivered = new ArrayList<>(fake.commands());
        assertTrue(delivered.size() > 1);
        delivered.retainAll(notSent);
        assertEquals(List.of(), delivered);
        assertEquals(1, store.epoch());
    }

    @Test
    void countsBytesOfATimedOutOperationUntilItsLateAnswer() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        FakeStore fake = fake((command, talk) -> {
            talk.value();
            boolean first = command.contains("first");
            if (first) {
                answer.await();
            }
            talk.stored();
            return true;
        });
        ConnectionSettings settings = new ConnectionSettings(
                Duration.ofMillis(300), 100, Duration.ofSeconds(10), Duration.ofMillis(100), 1 << 20);
        MemcachedConnection store = connect(settings, fake);
        assertEquals(Outcome.UNKNOWN, outcome(store.add("first", new byte[1_000_000], 0)));
        assertEquals(Outcome.NOT_SENT, outcome(store.add("second", new byte[100_000], 0)));
        answer.countDown();
        Await.until("the late answer frees its bytes", () -> {
            CompletableFuture<Stored> third = store.add("third", new byte[100_000], 0);
            return third.join().outcome() == Outcome.OK;
        });
        assertEquals(1, store.epoch());
    }

    @Test
    void isDownWhileSomethingElseAnswersOnItsPort() throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            Thread web = new Thread(() -> {
                try {
                    while (true) {
                        try (Socket client = server.accept()) {
                            client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
                        }
                    }
                } catch (IOException e) {
                    return;
                }
            });
            web.setDaemon(true);
            web.start();
            MemcachedConnections stores = connections(
                    ConnectionSettings.defaults(), new MemcachedNode("m1", "127.0.0.1", server.getLocalPort(), false));
            assertTrue(stores.awaitFirstContact(Duration.ofSeconds(10)));
            MemcachedConnection store = stores.named("m1").orElseThrow();
            assertFalse(store.up());
            assertInstanceOf(Reply.NotSent.class, get(store.gets("k")));
        }
    }

    @Test
    void closesWhileOperationsWait() throws Exception {
        FakeStore fake = fake((command, talk) -> over.await(1, TimeUnit.HOURS));
        MemcachedConnections stores =
                connections(ConnectionSettings.withOperationTimeout(Duration.ofSeconds(30)), fake.node("m1"));
        assertTrue(stores.awaitFirstContact(Duration.ofSeconds(10)));
        MemcachedConnection store = stores.named("m1").orElseThrow();
        CompletableFuture<Reply> asked = store.gets("k");
        Await.until("sent", () -> !fake.commands().isEmpty());
        stores.close();
        assertInstanceOf(Reply.Unknown.class, get(asked));
    }

    /** For what the machine's other work must not turn into a timeout. */
    private static ConnectionSettings patient() {
        return ConnectionSettings.withOperationTimeout(Duration.ofSeconds(5));
    }

    private FakeStore fake(FakeStore.Manner manner) throws Exception {
        FakeStore fake = new FakeStore(protocol, manner);
        open.add(fake);
        return fake;
    }

    private MemcachedConnection connect(FakeStore fake) throws Exception {
        return connect(ConnectionSettings.defaults(), fake);
    }

    private MemcachedConnection connect(ConnectionSettings settings, FakeStore fake) throws Exception {
        MemcachedConnections stores = connections(settings, fake.node("m1"));
        assertTrue(stores.awaitFirstContact(Duration.ofSeconds(10)));
        MemcachedConnection store = stores.named("m1").orElseThrow();
        assertTrue(store.up());
        return store;
    }

    private MemcachedConnections connections(ConnectionSettings settings, MemcachedNode node) {
        MemcachedConnections stores = new MemcachedConnections(
                settings.with(protocol, Optional.empty()), new MemcachedNodes(1, List.of(node)));
        open.add(0, stores);
        return stores;
    }

    private static Outcome outcome(CompletableFuture<Stored> write) throws Exception {
        return get(write).outcome();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(40, TimeUnit.SECONDS);
    }
}
