package org.keepsake.launcher;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.keepsake.launcher.cluster.Membership;
import org.keepsake.node.memcached.MemcachedNode;
import org.keepsake.node.memcached.MemcachedNodes;

/**
 * The stores this process's node uses: those that the user named, when the process was started or since, or else those
 * that are found in the cluster. Thread-safe.
 */
final class NodeStores {

    private final StoreView found = new StoreView();
    private final CountDownLatch known = new CountDownLatch(1);
    private boolean named;
    private MemcachedNodes current;

    NodeStores(Optional<MemcachedNodes> named) {
        this.named = named.isPresent();
        this.current = named.orElse(new MemcachedNodes(0, List.of()));
        countDownIfKnown();
    }

    synchronized MemcachedNodes current() {
        return current;
    }

    /** Whether the user named them, so that the cluster has no say. */
    synchronized boolean areNamed() {
        return named;
    }

    /** The stores under this membership. */
    synchronized MemcachedNodes follow(Membership membership) {
        MemcachedNodes ring = found.of(membership);
        if (!named) {
            current = ring;
            countDownIfKnown();
        }
        return current;
    }

    /** From now on the stores are these. */
    synchronized MemcachedNodes name(List<MemcachedNode> nodes) {
        named = true;
        current = new MemcachedNodes(current.version() + 1, nodes);
        countDownIfKnown();
        return current;
    }

    /**
     * Waits until a store is known.
     *
     * @return whether that came about within the time given
     */
    boolean awaitKnown(Duration atMost) throws InterruptedException {
        return known.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void countDownIfKnown() {
        if (!current.nodes().isEmpty()) {
            known.countDown();
        }
    }
}
