package org.keepsake.node.memcached;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Opens connections for a test, and closes them and what they lead to. Thread-safe. */
final class Stores {

    private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();

    <T extends AutoCloseable> T closing(T one) {
        open.addFirst(one);
        return one;
    }

    /** A connection that was tried once, up or not; so patient that the machine's other work becomes no timeout. */
    MemcachedConnection connect(Protocol protocol, Optional<Credentials> credentials, MemcachedNode node)
            throws InterruptedException {
        ConnectionSettings settings =
                ConnectionSettings.withOperationTimeout(Duration.ofSeconds(5)).with(protocol, credentials);
        MemcachedConnections stores = closing(new MemcachedConnections(settings, new MemcachedNodes(1, List.of(node))));
        assertTrue(stores.awaitFirstContact(Duration.ofSeconds(20)));
        return stores.named(node.name()).orElseThrow();
    }

    void closeAll() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }
}
