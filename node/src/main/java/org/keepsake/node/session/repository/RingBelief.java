package org.keepsake.node.session.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.keepsake.node.memcached.MemcachedConnection;

/**
 * Believes a store as long as this node's connection to it is up. A session is held by its home store and the next one
 * of the ring, failover stores last; when neither is up, by the next two that are. Thread-safe.
 */
final class RingBelief implements Belief {

    private static final int COPIES = 2;

    private final Supplier<List<MemcachedConnection>> ring;
    private final RandomGenerator random;

    RingBelief(Supplier<List<MemcachedConnection>> ring, RandomGenerator random) {
        this.ring = ring;
        this.random = random;
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
        List<MemcachedConnection> up = up(ring.get());
        List<MemcachedConnection> first =
                up.stream().filter(store -> !store.node().failover()).toList();
        List<MemcachedConnection> among = first.isEmpty() ? up : first;
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

    private static List<MemcachedConnection> up(List<MemcachedConnection> stores) {
        return stores.stream().filter(MemcachedConnection::up).toList();
    }
}
