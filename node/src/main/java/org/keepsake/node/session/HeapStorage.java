package org.keepsake.node.session;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.repository.HeapRepository;
import org.keepsake.node.session.repository.Keys;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.store.ListedKey;

/** Sessions in the heap of this node alone: there are no stores to wait for. Thread-safe. */
final class HeapStorage implements SessionStorage {

    private final SecureRandom random = new SecureRandom();

    @Override
    public SessionRepository repository(Keys keys, SessionSettings settings) {
        return new HeapRepository(random);
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public void recoverWith(Runnable pushHeaps) {
        // There is nothing else that could be lost.
    }

    @Override
    public void listWith(Supplier<List<ListedKey>> keysOfHeaps) {
        // Nothing is copied from store to store.
    }

    @Override
    public void update(MemcachedNodes nodes) {
        // No session is kept there.
    }

    @Override
    public boolean awaitStores(Duration atMost) {
        return true;
    }

    @Override
    public boolean reachesAllStores() {
        return true;
    }

    @Override
    public boolean isAway() {
        return false;
    }

    @Override
    public boolean isReaching() {
        return true;
    }

    @Override
    public String describe() {
        return "no stores: sessions are in the heap of this node";
    }

    @Override
    public void close() {
        // The heap ends with the process.
    }
}
