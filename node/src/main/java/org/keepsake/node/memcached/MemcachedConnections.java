package org.keepsake.node.memcached;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All stores of one node: opens, keeps and closes connections as the list of stores changes. Thread-safe.
 *
 * <p>Threads, all daemons: per store a keeper and the client's I/O thread, and one timer for all.
 */
public final class MemcachedConnections implements AutoCloseable {

    private final ConnectionSettings settings;
    private final Timer timer;

    /**
     * Epoch numbers by store name, kept after a store is gone or has moved: no CAS id of its old place may seem valid in
     * the new one. Guarded by this.
     */
    private final Map<String, AtomicLong> epochs = new HashMap<>();

    /** In ring order; replaced whole, under this. */
    private volatile List<Keeper> keepers = List.of();

    /** The stores of {@link #keepers}. */
    private volatile List<MemcachedConnection> ring = List.of();

    private volatile MemcachedNodes nodes = new MemcachedNodes(Long.MIN_VALUE, List.of());

    /** Guarded by this. */
    private boolean closed;

    /** Starts to connect to every store in the background and returns at once. */
    public MemcachedConnections(ConnectionSettings settings, MemcachedNodes nodes) {
        this.settings = settings;
        this.timer = new Timer(settings);
        update(nodes);
    }

    /**
     * Waits until every store of the current list was up once, or was tried once and is down.
     *
     * @return whether that came about within the time given
     */
    public boolean awaitFirstContact(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        for (Keeper keeper : keepers) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            if (!keeper.contactedWithin(left)) {
                return false;
            }
        }
        return true;
    }

    /** The connections in ring order, up or not; immutable. */
    public List<MemcachedConnection> ring() {
        return ring;
    }

    /** The connection to the store of this name, if it is in the current list. */
    public Optional<MemcachedConnection> named(String name) {
        for (MemcachedConnection connection : ring) {
            if (connection.node().name().equals(name)) {
                return Optional.of(connection);
            }
        }
        return Optional.empty();
    }

    /**
     * Takes over a newer list. Connections to stores that stay where they were are kept; the others are closed, and what
     * waits for them ends with NOT_SENT or UNKNOWN. A list that is not newer is ignored.
     */
    public synchronized void update(MemcachedNodes newer) {
        if (closed || newer.version() <= nodes.version()) {
            return;
        }
        Map<String, Keeper> former = new HashMap<>();
        keepers.forEach(keeper -> former.put(keeper.store().node().toString(), keeper));
        List<Keeper> next = new ArrayList<>();
        List<Keeper> fresh = new ArrayList<>();
        for (MemcachedNode node : newer.nodes()) {
            Keeper kept = former.remove(node.toString());
            if (kept == null) {
                kept = keeper(node);
                fresh.add(kept);
            }
            kept.store().mark(node);
            next.add(kept);
        }
        replace(newer, next);
        former.values().forEach(Keeper::close);
        fresh.forEach(Keeper::start);
    }

    /** Closes every connection and waits, for a moment at most, until their threads have ended. */
    @Override
    public void close() {
        List<Keeper> open = keepers;
        synchronized (this) {
            closed = true;
        }
        open.forEach(Keeper::close);
        timer.close();
        try {
            for (Keeper keeper : open) {
                keeper.awaitEnd();
            }
            timer.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Keeper keeper(MemcachedNode node) {
        AtomicLong numbers = epochs.computeIfAbsent(node.name(), name -> new AtomicLong());
        return new Keeper(settings, new StoreConnection(settings, node, numbers), timer);
    }

    private void replace(MemcachedNodes newer, List<Keeper> next) {
        nodes = newer;
        keepers = List.copyOf(next);
        ring = keepers.stream()
                .map(keeper -> (MemcachedConnection) keeper.store())
                .toList();
    }
}
