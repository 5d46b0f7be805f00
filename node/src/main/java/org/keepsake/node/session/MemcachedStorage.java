package org.keepsake.node.session;

import java.security.SecureRandom;
import java.time.Duration;
import org.keepsake.node.memcached.ConnectionSettings;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.memcached.MemcachedConnections;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.repository.Keys;
import org.keepsake.node.session.repository.MemcachedRepository;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.time.Timing;

/** Sessions in memcached stores: a home store and a second copy on the next one of the ring. Thread-safe. */
final class MemcachedStorage implements SessionStorage {

    private final MemcachedConnections connections;
    private final SecureRandom random = new SecureRandom();

    MemcachedStorage(SessionSettings settings, MemcachedNodes nodes) {
        connections = new MemcachedConnections(
                ConnectionSettings.withOperationTimeout(settings.stores().operationTimeout()), nodes);
    }

    @Override
    public SessionRepository repository(Keys keys, SessionSettings settings) {
        return new MemcachedRepository(
                connections::ring,
                keys,
                RecordCodec.PLAIN,
                Timing.SYSTEM,
                settings.backup().timeout(),
                random);
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public void update(MemcachedNodes nodes) {
        connections.update(nodes);
    }

    @Override
    public boolean awaitStores(Duration atMost) throws InterruptedException {
        return connections.awaitFirstContact(atMost);
    }

    @Override
    public boolean reachesAllStores() {
        return connections.ring().stream().allMatch(MemcachedConnection::up);
    }

    @Override
    public void close() {
        connections.close();
    }
}
