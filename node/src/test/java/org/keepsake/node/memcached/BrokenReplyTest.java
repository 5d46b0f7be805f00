package org.keepsake.node.memcached;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;

/** What follows a reply that breaks the protocol could be the answer to something else. */
class BrokenReplyTest {

    private final List<AutoCloseable> open = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);

    @AfterEach
    void closeAll() throws Exception {
        over.countDown();
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private interface Breaking {
        void sayTo(Talk talk) throws IOException;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VALUE k 0 100 1\r\nhalf of i",
                "VALUE k 0 2147483647 1\r\n",
                "VALUE k 0 -1 1\r\n",
                "VALUE k 0 9999999999999 1\r\n",
                "VALUE k 0 3 x\r\nabc\r\nEND\r\n",
                "VALUE k 0 3\r\nabc\r\nEND\r\n",
                "VALUE other 0 3 1\r\nabc\r\nEND\r\n",
                "VALUE k 0 3 1\r\nabcde\r\nEND\r\n",
                "VALUE k 0 1 1\r\na\r\nVALUE k 0 1 1\r\na\r\nEND\r\n",
                "VALUE k 0 1 1\r\na\r\nSERVER_ERROR out of memory writing get response\r\n",
                "STORED\r\n",
                "ERROR\r\n",
                "CLIENT_ERROR line too long\r\n",
                "\r\n",
            })
    void ofTextIsUnknownAndANewEpochFollows(String broken) throws Exception {
        isUnknownAndANewEpochFollows(Protocol.TEXT, talk -> talk.say(broken));
    }

    private interface Spoiling {
        void spoil(ByteBuffer response);
    }

    static List<Named<Spoiling>> spoilt() {
        return List.of(
                Named.of("no response", response -> response.put(0, Packet.REQUEST)),
                Named.of("to another command", response -> response.put(1, Packet.SET)),
                Named.of("to another question", response -> response.putInt(12, response.getInt(12) + 1)),
                Named.of("to the question before", response -> response.putInt(12, response.getInt(12) - 1)),
                Named.of("longer than any value", response -> response.putInt(8, Integer.MAX_VALUE)),
                Named.of("of negative length", response -> response.putInt(8, -1)),
                Named.of("with a key longer than all", response -> response.putShort(2, (short) 100)),
                Named.of("cut off", response -> response.putInt(8, response.getInt(8) + 10)),
                Named.of("text", response -> response.put(0, "ERROR\r\n".getBytes(US_ASCII))));
    }

    @ParameterizedTest
    @MethodSource("spoilt")
    void ofBinaryIsUnknownAndANewEpochFollows(Spoiling spoiling) throws Exception {
        isUnknownAndANewEpochFollows(Protocol.BINARY, talk -> {
            byte[] response = ((BinaryTalk) talk).foundResponse(1, "abc");
            spoiling.spoil(ByteBuffer.wrap(response));
            talk.say(response);
        });
    }

    private void isUnknownAndANewEpochFollows(Protocol protocol, Breaking broken) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        MemcachedConnection store = connect(protocol, (command, talk) -> {
            boolean first = asked.getAndIncrement() == 0;
            if (first) {
                broken.sayTo(talk);
            } else {
                talk.absent();
            }
            return !first;
        });
        assertInstanceOf(Reply.Unknown.class, get(store.gets("k")));
        Await.until("up in a new epoch", () -> store.epoch() == 2 && store.up());
        assertEquals(new Reply.Absent(2), get(store.gets("k")));
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void toAWriteIsUnknown(Protocol protocol) throws Exception {
        MemcachedConnection store = connect(protocol, (command, talk) -> {
            talk.value();
            talk.say("NO SUCH WORD, AND AS LONG AS A PACKET\r\n");
            return true;
        });
        assertEquals(Outcome.UNKNOWN, get(store.add("k", new byte[1], 0)).outcome());
        Await.until("a new epoch", () -> store.epoch() == 2);
    }

    @Test
    void withoutALineEndIsNotReadForEver() throws Exception {
        MemcachedConnection store = connect(Protocol.TEXT, (command, talk) -> {
            for (int i = 0; i < 100; i++) {
                talk.say("VALUE".repeat(200));
            }
            return over.await(1, TimeUnit.HOURS);
        });
        assertInstanceOf(Reply.Unknown.class, get(store.gets("k")));
        Await.until("a new epoch", () -> store.epoch() == 2);
    }

    @Test
    void toOneOfSeveralKeysIsUnknownForAll() throws Exception {
        MemcachedConnection store = connect(Protocol.TEXT, (command, talk) -> {
            // Not in the order of the keys.
            talk.say("VALUE b 0 1 1\r\nx\r\nVALUE a 0 1 1\r\nx\r\nEND\r\n");
            return true;
        });
        for (Reply reply : get(store.gets(List.of("a", "b")))) {
            assertInstanceOf(Reply.Unknown.class, reply);
        }
        Await.until("a new epoch", () -> store.epoch() == 2);
    }

    private MemcachedConnection connect(Protocol protocol, FakeStore.Manner manner) throws Exception {
        FakeStore fake = new FakeStore(protocol, manner);
        // So patient that the machine's other work becomes no timeout.
        ConnectionSettings settings =
                ConnectionSettings.withOperationTimeout(Duration.ofSeconds(5)).with(protocol, Optional.empty());
        MemcachedConnections stores =
                new MemcachedConnections(settings, new MemcachedNodes(1, List.of(fake.node("m1"))));
        open.add(stores);
        open.add(fake);
        assertTrue(stores.awaitFirstContact(Duration.ofSeconds(10)));
        MemcachedConnection store = stores.named("m1").orElseThrow();
        assertTrue(store.up());
        return store;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(40, TimeUnit.SECONDS);
    }
}
