package org.keepsake.launcher;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.keepsake.launcher.cluster.Membership;
import org.keepsake.node.memcached.MemcachedNodes;

/**
 * The stores this process's node uses: those that the user named, when the process was started or since, or else those
 * that are found in the cluster. Thread-safe.
 */
final class NodeStores {

    private final StoreView found = new StoreView();
    private final CountDownLatch known = new CountDownLatch(1);

    /** Guarded by this, as all that follows. */
    private boolean named;

    private MemcachedNodes current;
    private NamedStores since = NamedStores.NONE;

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

    /** What was named last while nodes were running, here or elsewhere. */
    synchronized NamedStores named() {
        return since;
    }

    /** From now on the stores are these, if they were named later than the present ones; then the list with its version. */
    synchronized Optional<MemcachedNodes> take(NamedStores later) {
        if (later.compareTo(since) <= 0) {
            return Optional.empty();
        }
        since = later;
        named = true;
        current = new MemcachedNodes(current.version() + 1, later.nodes());
        countDownIfKnown();
        return Optional.of(current);
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
