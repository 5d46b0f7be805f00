package org.keepsake.node.memcached;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All stores of one node: opens, keeps and closes connections as the list of stores changes. Thread-safe.
 */
public final class MemcachedConnections implements AutoCloseable {

    /** Starts to connect to every store in the background and returns at once. */
    public MemcachedConnections(ConnectionSettings settings, MemcachedNodes nodes) {
        update(nodes);
    }

    /**
     * Waits until every store of the current list is up, or was tried once and is not.
     *
     * @return whether that came about within the time given
     */
    public boolean awaitFirstContact(Duration atMost) throws InterruptedException {
        return true;
    }

    /** The connections in ring order, as an immutable list that never changes; up or not. */
    public List<MemcachedConnection> ring() {
        return List.of();
    }

    /** The connection to the store of this name, if it is in the current list. */
    public Optional<MemcachedConnection> named(String name) {
        return ring().stream().filter(c -> c.node().name().equals(name)).findFirst();
    }

    /** Takes over a newer list; connections to stores that stay where they were are kept. Older versions are ignored. */
    public void update(MemcachedNodes nodes) {}

    /** Closes every connection; operations that still wait end with UNKNOWN or NOT_SENT. */
    @Override
    public void close() {}
}
