package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.session.time.Timing;

/**
 * Believes a store as long as this node's connection to it is up. A session is held by its home store and the next one
 * of the ring, failover stores last; when neither is up, by the next two that are. Thread-safe.
 */
final class RingBelief implements Belief {

    private static final int COPIES = 2;

    /** A store that was never reached yet is waited for as long as this, lest another speaks for it at the start. */
    private static final long FIRST_CONTACT = Duration.ofSeconds(1).toNanos();

    private final Supplier<List<MemcachedConnection>> ring;
    private final RandomGenerator random;
    private final Timing timing;

    /** Guarded by itself: when a store that was never reached was first asked for. */
    private final Map<MemcachedConnection, Long> unmet = new WeakHashMap<>();

    RingBelief(Supplier<List<MemcachedConnection>> ring, RandomGenerator random, Timing timing) {
        this.ring = ring;
        this.random = random;
        this.timing = timing;
    }

    @Override
    public Holders holders(SessionId id) {
        List<MemcachedConnection> order = orderFor(id.store(), ring.get());
        List<MemcachedConnection> own = order.subList(0, Math.min(COPIES, order.size()));
        List<MemcachedConnection> up = up(own);
        if (!up.isEmpty()) {
            return new Holders(up, false);
        }
        List<MemcachedConnection> others = up(order.subList(own.size(), order.size()));
        return new Holders(List.copyOf(others.subList(0, Math.min(COPIES, others.size()))), true);
    }

    @Override
    public Optional<MemcachedConnection> chooseHome() {
        List<MemcachedConnection> expected = up(ring.get());
        List<MemcachedConnection> first =
                expected.stream().filter(store -> !store.node().failover()).toList();
        List<MemcachedConnection> among = (first.isEmpty() ? expected : first)
                .stream().filter(MemcachedConnection::up).toList();
        return among.isEmpty() ? Optional.empty() : Optional.of(among.get(random.nextInt(among.size())));
    }

    /** All stores, the home first, then the ring from there on, failover stores after all others. */
    private static List<MemcachedConnection> orderFor(String home, List<MemcachedConnection> ring) {
        int start = 0;
        for (int i = 0; i < ring.size(); i++) {
            if (ring.get(i).node().name().equals(home)) {
                start = i;
            }
        }
        List<MemcachedConnection> order = new ArrayList<>();
        List<MemcachedConnection> failover = new ArrayList<>();
        for (int i = 0; i < ring.size(); i++) {
            MemcachedConnection store = ring.get((start + i) % ring.size());
            boolean last = store.node().failover() && !store.node().name().equals(home);
            (last ? failover : order).add(store);
        }
        order.addAll(failover);
        return order;
    }

    private List<MemcachedConnection> up(List<MemcachedConnection> stores) {
        return stores.stream().filter(store -> store.up() || isNew(store)).toList();
    }

    private boolean isNew(MemcachedConnection store) {
        if (store.epoch() > 0) {
            return false;
        }
        synchronized (unmet) {
            long now = timing.nanos();
            return now - unmet.computeIfAbsent(store, s -> now) < FIRST_CONTACT;
        }
    }
}
