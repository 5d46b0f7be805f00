package org.keepsake.node.memcached;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.keepsake.node.store.Reply;

/** With a store that never answers, and a clock that is handed in. */
@ParameterizedClass
@EnumSource(Protocol.class)
class EpochTest {

    private static final int TIMEOUTS = 100;

    private static final ConnectionSettings SETTINGS = new ConnectionSettings(
            Duration.ofMinutes(1), TIMEOUTS, Duration.ofSeconds(1), Duration.ofMillis(100), 16 << 20);

    private final Protocol protocol;

    private final CountDownLatch over = new CountDownLatch(1);
    private FakeStore fake;
    private SpyClient client;
    private Epoch epoch;

    EpochTest(Protocol protocol) {
        this.protocol = protocol;
    }

    @BeforeEach
    void connect() throws Exception {
        fake = new FakeStore(protocol, (command, talk) -> over.await(1, TimeUnit.HOURS));
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), fake.node("m1").port());
        client = new SpyClient("m1", address, SETTINGS.operationTimeout());
        assertTrue(client.establishedWithin(Duration.ofSeconds(10)));
        epoch = new Epoch(
                1,
                new Server(address, new Incarnation(FakeStore.MARK, 1, 1), 1 << 20, true),
                SETTINGS.with(protocol, Optional.empty()),
                client);
    }

    @AfterEach
    void close() throws Exception {
        over.countDown();
        client.hangUp();
        fake.close();
    }

    @Test
    void endsWhatIsOverdueAndNothingElse() {
        CompletableFuture<Reply> asked = epoch.send(epoch.commands().gets("k"));
        long due = epoch.expire(System.nanoTime());
        assertTrue(due - System.nanoTime() <= TimeUnit.MINUTES.toNanos(1));
        epoch.expire(due - 1);
        assertFalse(asked.isDone());
        epoch.expire(due);
        assertTrue(asked.isDone());
    }

    @Test
    void isOverAfterSoManyTimeoutsInARowButNotWhenAnAnswerCameBetween() {
        timeOut(TIMEOUTS - 1);
        epoch.answeredInTime();
        timeOut(TIMEOUTS - 1);
        assertNull(epoch.lostBecause());
        timeOut(1);
        assertEquals("100 timeouts in a row", epoch.lostBecause());
    }

    @Test
    void losesNoOperationWhenTimerAndKeeperEndThemTogether() throws Exception {
        for (int round = 0; round < 300; round++) {
            List<CompletableFuture<Reply>> asked = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                asked.add(epoch.send(epoch.commands().gets("k")));
            }
            Thread keeper = new Thread(epoch::abandonAll);
            keeper.start();
            epoch.expire(System.nanoTime() + TimeUnit.MINUTES.toNanos(2));
            keeper.join();
            for (CompletableFuture<Reply> one : asked) {
                assertTrue(one.isDone());
            }
            epoch.answeredInTime();
        }
        assertNull(epoch.lostBecause());
    }

    private void timeOut(int times) {
        for (int i = 0; i < times; i++) {
            CompletableFuture<Reply> asked = epoch.send(epoch.commands().gets("k"));
            epoch.expire(System.nanoTime() + TimeUnit.MINUTES.toNanos(2));
            assertTrue(asked.isDone());
        }
    }
}
