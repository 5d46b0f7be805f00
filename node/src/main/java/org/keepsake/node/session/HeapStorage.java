package org.keepsake.node.session;

import java.security.SecureRandom;
import java.time.Duration;
import org.keepsake.node.session.repository.HeapRepository;
import org.keepsake.node.session.repository.Keys;
import org.keepsake.node.session.repository.SessionRepository;

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
