package org.keepsake.node.memcached;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.keepsake.node.FreePort;

/** Against real memcached processes. */
@ParameterizedClass
@EnumSource(Protocol.class)
class IncarnationTest {

    private final Protocol protocol;
    private final Stores stores = new Stores();

    IncarnationTest(Protocol protocol) {
        this.protocol = protocol;
    }

    @AfterEach
    void close() throws Exception {
        stores.closeAll();
    }

    @Test
    void isTheSameForEveryNode() throws Exception {
        MemcachedProcess memcached = stores.closing(MemcachedProcess.start());
        MemcachedConnection one = connect(memcached.node("m1"));
        MemcachedConnection other = connect(memcached.node("m1"));
        assertTrue(one.incarnation().matches("[0-9a-f]{32}:[0-9]+:[0-9]+"), one.incarnation());
        assertEquals(one.incarnation(), other.incarnation());
    }

    @Test
    void isTheSameInANewEpochWhenOnlyTheConnectionWasGivenUp() throws Exception {
        MemcachedConnection store =
                connect(stores.closing(MemcachedProcess.start()).node("m1"));
        String before = store.incarnation();
        store.renew();
        assertFalse(store.up());
        Await.until("another epoch", () -> store.epoch() == 2 && store.up());
        assertEquals(before, store.incarnation());
    }

    @Test
    void isAnotherOneAfterARestart() throws Exception {
        MemcachedProcess memcached = stores.closing(MemcachedProcess.start());
        MemcachedConnection store = connect(memcached.node("m1"));
        String before = store.incarnation();
        memcached.kill();
        memcached.startAgain();
        Await.until("another epoch", () -> store.epoch() == 2 && store.up());
        assertNotEquals(before, store.incarnation());
    }

    @Test
    void isAnotherOneWhenTheProcessIsAnotherThoughTheMemoryIsNot() throws Exception {
        MemcachedProcess memcached = stores.closing(MemcachedProcess.start());
        MemcachedConnection store = connect(memcached.node("m1"));
        String before = store.incarnation();
        String mark = before.substring(0, 32);
        memcached.kill();
        memcached.startAgain();
        // As if a snapshot had been restored.
        assertTrue(memcached.say("set i 0 0 32\r\n" + mark).equals("STORED"));
        store.renew();
        Await.until("the mark is read", () -> store.up() && store.incarnation().startsWith(mark));
        assertNotEquals(before, store.incarnation());
    }

    @Test
    void isLearntAnewWhenTheMemoryWasFlushed() throws Exception {
        MemcachedProcess memcached = stores.closing(MemcachedProcess.start());
        MemcachedConnection store = connect(memcached.node("m1"));
        String before = store.incarnation();
        assertEquals("OK", memcached.say("flush_all"));
        Await.until("another epoch", () -> store.epoch() == 2 && store.up());
        assertNotEquals(before, store.incarnation());
    }

    @Test
    void isEmptyBeforeTheStoreWasMet() throws Exception {
        MemcachedConnection store = connect(new MemcachedNode("m1", "127.0.0.1", FreePort.next(), false));
        assertEquals("", store.incarnation());
        store.renew();
        assertFalse(store.up());
    }

    @Test
    void ofAStoreWithoutCasIdsIsNotAsked() throws Exception {
        assertFalse(
                connect(stores.closing(MemcachedProcess.start("-C")).node("m1")).up());
    }

    @Test
    void isNotTakenFromAKeyThatHoldsSomethingElse() throws Exception {
        MemcachedProcess memcached = stores.closing(MemcachedProcess.start());
        assertEquals("STORED", memcached.say("set i 0 0 3\r\nabc"));
        assertFalse(connect(memcached.node("m1")).up());
    }

    @Test
    void isNotTakenFromAServerThatDoesNotTellWhoItIs() throws Exception {
        FakeStore fake = stores.closing(new FakeStore(protocol, (command, talk) -> true));
        fake.tells(Map.of("pid", "-1", "uptime", "1", "time", "2"));
        assertFalse(connect(fake.node("m1")).up());
    }

    @Test
    void isNotBelievedWhenASecondConnectionLeadsToAnotherStore() throws Exception {
        List<MemcachedProcess> behind =
                List.of(stores.closing(MemcachedProcess.start()), stores.closing(MemcachedProcess.start()));
        ServerSocket proxy = stores.closing(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        daemon(() -> {
            for (int i = 0; true; i++) {
                Socket client = stores.closing(proxy.accept());
                Socket server = stores.closing(new Socket(
                        InetAddress.getLoopbackAddress(), behind.get(i % 2).port()));
                daemon(() -> client.getInputStream().transferTo(server.getOutputStream()));
                daemon(() -> server.getInputStream().transferTo(client.getOutputStream()));
            }
        });
        assertFalse(connect(new MemcachedNode("m1", "127.0.0.1", proxy.getLocalPort(), false))
                .up());
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The test is over, or one side is gone.
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private MemcachedConnection connect(MemcachedNode node) throws InterruptedException {
        return stores.connect(protocol, Optional.empty(), node);
    }
}
