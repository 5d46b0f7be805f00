package org.keepsake.node.session;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.keepsake.node.memcached.ConnectionSettings;
import org.keepsake.node.memcached.Credentials;
import org.keepsake.node.memcached.MemcachedConnections;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.memcached.Protocol;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.repository.Counts;
import org.keepsake.node.session.repository.Keys;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.repository.StoreRepository;
import org.keepsake.node.session.secret.SessionSecret;
import org.keepsake.node.session.settings.StoreSettings;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.session.view.Peers;
import org.keepsake.node.session.view.StoreViews;
import org.keepsake.node.session.view.ViewSettings;
import org.keepsake.node.store.ListedKey;

/** Sessions in memcached stores: a home store and a second copy on the next one of the ring. Thread-safe. */
final class MemcachedStorage implements SharedStorage {

    private final MemcachedConnections connections;
    private final SecureRandom random = new SecureRandom();
    private final RecordCodec codec;
    private final StoreViews views;

    MemcachedStorage(SessionSettings settings, MemcachedNodes nodes, Peers peers) {
        codec = settings.records().secretFile().map(SessionSecret::codec).orElse(RecordCodec.PLAIN);
        connections = new MemcachedConnections(connection(settings.stores()), nodes);
        views = new StoreViews(
                connections::ring,
                peers,
                Timing.SYSTEM,
                random,
                codec,
                new ViewSettings(
                        settings.route() + "-" + Long.toHexString(random.nextLong()),
                        settings.stores().replaceAfter()));
        views.start();
    }

    private static ConnectionSettings connection(StoreSettings settings) {
        ConnectionSettings usual = ConnectionSettings.withOperationTimeout(settings.operationTimeout());
        return new ConnectionSettings(
                usual.operationTimeout(),
                usual.timeoutsUntilDown(),
                usual.heartbeat(),
                usual.probeInterval(),
                usual.maxBytesInFlight(),
                settings.protocol() == StoreSettings.Protocol.BINARY ? Protocol.BINARY : Protocol.TEXT,
                settings.credentials().map(who -> new Credentials(who.user(), who.password())));
    }

    @Override
    public String answer(String question) {
        return views.answer(question);
    }

    @Override
    public long contact() {
        return views.contact();
    }

    @Override
    public void lostContact() {
        views.lostContact();
    }

    @Override
    public void keepsWhere(BooleanSupplier keeping) {
        views.keepsWhere(keeping);
    }

    @Override
    public boolean mayBeKeptElsewhere() {
        return views.mayBeKeptElsewhere();
    }

    @Override
    public SessionRepository repository(Keys keys, SessionSettings settings) {
        return new StoreRepository(
                views,
                keys,
                codec,
                Timing.SYSTEM,
                settings.backup().timeout(),
                random,
                new Counts(settings.statistics()));
    }

    @Override
    public void recoverWith(Runnable pushHeaps) {
        views.recoverWith(pushHeaps);
    }

    @Override
    public void listWith(Supplier<List<ListedKey>> keysOfHeaps) {
        views.listWith(keysOfHeaps);
    }

    @Override
    public void update(MemcachedNodes nodes) {
        connections.update(nodes);
    }

    @Override
    public boolean awaitStores(Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        return connections.awaitFirstContact(atMost)
                && views.awaitView(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
    }

    @Override
    public boolean reachesAllStores() {
        return views.isWhole();
    }

    @Override
    public boolean isAway() {
        return views.isAway();
    }

    @Override
    public boolean isReaching() {
        return views.isReaching();
    }

    @Override
    public String describe() {
        return views.describe();
    }

    @Override
    public void close() {
        views.close();
        connections.close();
    }
}
