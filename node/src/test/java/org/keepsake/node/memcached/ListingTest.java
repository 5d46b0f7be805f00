package org.keepsake.node.memcached;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keepsake.node.FreePort;
import org.keepsake.node.store.ListedKey;
import org.keepsake.node.store.Listing;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Stored;

class ListingTest {

    private final Stores stores = new Stores();
    private final CountDownLatch over = new CountDownLatch(1);

    @AfterEach
    void close() throws Exception {
        over.countDown();
        stores.closeAll();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void tellsTheKeysThatBeginWithAPrefixAndWhenTheyEnd(Protocol protocol) throws Exception {
        MemcachedConnection store = memcached(protocol);
        for (String key : List.of("s:/app:1-m1", "s:%41", "t:1", "u:1")) {
            assertEquals(Outcome.OK, get(store.set(key, new byte[1], 0)).outcome());
        }
        assertEquals(
                Outcome.OK, get(store.set("s:/app:2-m1", new byte[1], 1000)).outcome());
        assertEquals(Outcome.OK, get(store.set("s:/app:3-m1", new byte[1], -1)).outcome());

        List<ListedKey> keys = keys(store, "s:", "t:");

        assertEquals(Set.of("s:/app:1-m1", "s:/app:2-m1", "s:%41", "t:1"), names(keys));
        for (ListedKey key : keys) {
            long expected = key.key().startsWith("s:/app:2") ? 1000 : 0;
            assertTrue(Math.abs(key.secondsLeft() - expected) < 30, key.toString());
        }
    }

    @Test
    void isEmptyWhenTheStoreIs() throws Exception {
        assertEquals(List.of(), keys(memcached(Protocol.TEXT), "s:"));
    }

    @Test
    void tellsEachOfManyKeysWhileTheStoreGoesOn() throws Exception {
        MemcachedConnection store = memcached(Protocol.TEXT);
        List<CompletableFuture<Stored>> adds = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            adds.add(store.add("s:" + i, new byte[20], 0));
            adds.add(store.add("other:" + i, new byte[20], 0));
        }
        for (CompletableFuture<Stored> add : adds) {
            assertEquals(Outcome.OK, get(add).outcome());
        }
        CompletableFuture<Listing> listing = store.list(List.of("s:"));
        for (int i = 0; i < 2000; i++) {
            assertEquals(Outcome.OK, get(store.touch("s:" + i, 0)));
        }
        List<ListedKey> keys = ((Listing.Keys) get(listing)).keys();
        assertEquals(20_000, names(keys).size());
    }

    @Test
    void isImpossibleWhereTheStoreWasToldNotToListKeys() throws Exception {
        for (String option : List.of("-X", "-ono_lru_crawler")) {
            MemcachedConnection store = stores.connect(
                    Protocol.TEXT,
                    Optional.empty(),
                    stores.closing(MemcachedProcess.start(option)).node("m1"));
            assertTrue(store.listed(), "nobody has asked yet");
            assertInstanceOf(Listing.Impossible.class, get(store.list(List.of("s:"))));
            Await.until("it is known", () -> !store.listed());
        }
    }

    @Test
    void isImpossibleWhereTheStoreSpeaksOnlyTheBinaryProtocol() throws Exception {
        MemcachedConnection store = stores.connect(
                Protocol.BINARY,
                Optional.empty(),
                stores.closing(MemcachedProcess.start("-B", "binary")).node("m1"));
        assertFalse(store.listed());
        assertInstanceOf(Listing.Impossible.class, get(store.list(List.of("s:"))));
    }

    @Test
    void failsWhenTheStoreIsDown() throws Exception {
        MemcachedConnection store = stores.connect(
                Protocol.TEXT, Optional.empty(), new MemcachedNode("m1", "127.0.0.1", FreePort.next(), false));
        assertInstanceOf(Listing.Failed.class, get(store.list(List.of("s:"))));
    }

    @Test
    void waitsWhileAnotherCrawlIsOnAndAsksOlderStoresInTheirWords() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        MemcachedConnection store = fake((command, talk) -> {
            boolean hash = command.equals("lru_crawler metadump hash");
            boolean busy = asked.getAndIncrement() < 2;
            if (hash && !busy) {
                talk.say("BADCLASS invalid class id\r\n");
            } else {
                talk.say(busy ? "BUSY currently processing crawler request\r\n" : "key=s%3Aa exp=-1 la=1\nEND\r\n");
            }
            return true;
        });
        assertEquals(List.of(new ListedKey("s:a", 0)), keys(store, "s:"));
        assertEquals(4, asked.get());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key=a\n",
                "key=a exp=x la=1\n",
                "key=a exp=-2 la=1\n",
                "key=a%4 exp=-1 la=1\n",
                "key=a%zz exp=-1 la=1\n",
                "key=a exp=-1 la=1\nSTORED\r\n",
            })
    void failsWhenTheStoreBreaksTheProtocol(String lines) throws Exception {
        MemcachedConnection store = fake((command, talk) -> {
            talk.say("key=a exp=-1 la=1\n" + lines + "END\r\n");
            return true;
        });
        assertInstanceOf(Listing.Failed.class, get(store.list(List.of("a"))));
        assertTrue(store.up());
    }

    @Test
    void failsWhenALineDoesNotEnd() throws Exception {
        MemcachedConnection store = fake((command, talk) -> {
            for (int i = 0; i < 100; i++) {
                talk.say("key=" + "a".repeat(1000));
            }
            return over.await(1, TimeUnit.HOURS);
        });
        assertInstanceOf(Listing.Failed.class, get(store.list(List.of("a"))));
    }

    @Test
    void failsWhenTheStoreFallsSilent() throws Exception {
        MemcachedConnection store = fake((command, talk) -> {
            talk.say("key=a exp=-1 la=1\n");
            return over.await(1, TimeUnit.HOURS);
        });
        assertInstanceOf(Listing.Failed.class, get(store.list(List.of("a"))));
        assertTrue(store.up());
    }

    @Test
    void failsAtOnceWhenTheConnectionsAreClosed() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        FakeStore fake = stores.closing(new FakeStore(Protocol.TEXT, (command, talk) -> {
            asked.countDown();
            return over.await(1, TimeUnit.HOURS);
        }));
        MemcachedConnections connections = stores.closing(new MemcachedConnections(
                ConnectionSettings.defaults(), new MemcachedNodes(1, List.of(fake.node("m1")))));
        assertTrue(connections.awaitFirstContact(Duration.ofSeconds(20)));
        CompletableFuture<Listing> listing =
                connections.named("m1").orElseThrow().list(List.of("a"));
        asked.await();
        connections.close();
        assertInstanceOf(Listing.Failed.class, listing.get(3, TimeUnit.SECONDS));
    }

    private MemcachedConnection fake(FakeStore.Manner manner) throws Exception {
        FakeStore fake = stores.closing(new FakeStore(Protocol.TEXT, manner));
        return stores.connect(Protocol.TEXT, Optional.empty(), fake.node("m1"));
    }

    private MemcachedConnection memcached(Protocol protocol) throws Exception {
        return stores.connect(
                protocol,
                Optional.empty(),
                stores.closing(MemcachedProcess.start()).node("m1"));
    }

    private static List<ListedKey> keys(MemcachedConnection store, String... prefixes) throws Exception {
        return assertInstanceOf(Listing.Keys.class, get(store.list(List.of(prefixes))))
                .keys();
    }

    private static Set<String> names(List<ListedKey> keys) {
        Set<String> names = new HashSet<>();
        keys.forEach(key -> names.add(key.key()));
        return names;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }
}
