package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.keepsake.node.memcached.ConnectionSettings;
import org.keepsake.node.memcached.MemcachedConnections;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.memcached.Protocol;
import org.keepsake.node.store.Reply;

/** Two sticky nodes over memcached that speaks the binary protocol alone, as with SASL, so that it cannot be listed. */
@Timeout(120)
class BinaryOnlyStoresTest {

    private TwoStores stores;
    private TestNode a;
    private TestNode b;

    @BeforeEach
    void start() {
        stores = new TwoStores("-B", "binary");
        a = node("A");
        b = node("B");
        Waiting.until("both reach the stores", () -> a.reachesAllStores() && b.reachesAllStores());
    }

    private TestNode node(String name) {
        return stores.node(SessionSettings.defaults(name).withSticky(true)).setsAndGets();
    }

    @AfterEach
    void stop() {
        if (stores != null) {
            stores.close();
        }
    }

    @Test
    void whatNodesHaveInTheirHeapsIsThereAgainWhenAllStoresComeBackEmpty() {
        List<Browser> browsers =
                IntStream.range(0, 20).mapToObj(i -> new Browser()).toList();
        for (int i = 0; i < browsers.size(); i++) {
            TestNode node = i % 2 == 0 ? a : b;
            assertEquals(200, browsers.get(i).get(node.at("/app/set?v=" + i)).statusCode());
        }
        stores.kill();
        stores.startAgain();
        Waiting.until("the stores are believed", () -> a.reachesAllStores() && b.reachesAllStores());
        for (int i = 0; i < browsers.size(); i++) {
            TestNode other = i % 2 == 0 ? b : a;
            assertEquals(
                    Integer.toString(i),
                    browsers.get(i).get(other.at("/app/get")).body());
        }
    }

    @Test
    void aStoreThatCameBackEmptyIsGivenWhatNodesHaveInTheirHeaps() {
        List<Browser> browsers =
                IntStream.range(0, 20).mapToObj(i -> new Browser()).toList();
        for (Browser browser : browsers) {
            assertEquals(200, browser.get(a.at("/app/set?v=1")).statusCode());
        }
        stores.m1.kill();
        assertEquals("1", browsers.get(0).get(a.at("/app/get")).body());
        stores.m1.startAgain();
        Waiting.until("m1 is being filled", () -> a.describeStores().endsWith("m1 SYNCING, m2 CLEAN"));
        try (MemcachedConnections store = new MemcachedConnections(
                ConnectionSettings.withOperationTimeout(Duration.ofSeconds(1)).with(Protocol.BINARY, Optional.empty()),
                new MemcachedNodes(1, List.of(stores.m1.node())))) {
            for (Browser browser : browsers) {
                String id = browser.cookie().replaceFirst("\\..*", "");
                Waiting.until(
                        "m1 has session " + id,
                        () -> store.ring().get(0).gets("s:/app:" + id).join() instanceof Reply.Found);
            }
        }
    }
}
