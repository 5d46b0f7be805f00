package org.keepsake.store;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What all connections of one store share. Thread-safe. */
final class Server {

    final StoreConfig config;
    final Ticker ticker;
    final Statistics statistics = new Statistics();
    final Cache cache;
    final BufferBudget buffers;
    final long startedAt;

    /** At most {@link StoreConfig#maxConnections}, from before a connection is served until after it is closed. */
    private final AtomicInteger connections = new AtomicInteger();

    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile int verbosity;

    /** Whether {@code lru_crawler} commands are carried out. What has expired is removed all the same. */
    private volatile boolean crawler = true;

    Server(StoreConfig config, Ticker ticker) {
        this.config = config;
        this.ticker = ticker;
        this.cache = new Cache(config, ticker, statistics);
        this.buffers = BufferBudget.of(config);
        this.startedAt = ticker.millis();
        this.verbosity = config.verbose() ? 1 : 0;
    }

    /** Whether one more connection may be served; if so it must be {@linkplain #release released}. */
    boolean admit() {
        if (connections.incrementAndGet() > config.maxConnections()) {
            connections.decrementAndGet();
            statistics.count(Counter.REJECTED_CONNECTIONS);
            return false;
        }
        statistics.count(Counter.TOTAL_CONNECTIONS);
        return true;
    }

    void release() {
        connections.decrementAndGet();
    }

    int connectionCount() {
        return connections.get();
    }

    void opened(Connection connection) {
        open.add(connection);
    }

    void closed(Connection connection) {
        open.remove(connection);
    }

    /** The connections being served, as they come and go. */
    Collection<Connection> open() {
        return open;
    }

    boolean crawler() {
        return crawler;
    }

    void setCrawler(boolean enabled) {
        crawler = enabled;
    }

    int verbosity() {
        return verbosity;
    }

    void setVerbosity(int level) {
        verbosity = level;
    }

    boolean verbose() {
        return verbosity > 0;
    }
}
