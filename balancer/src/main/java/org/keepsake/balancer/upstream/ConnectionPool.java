package org.keepsake.balancer.upstream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The idle connections of one I/O thread, by upstream. The one used last is taken first, so that surplus ones grow old and
 * are closed. Belongs to its thread.
 *
 * @param <K> what an upstream is known by
 */
public final class ConnectionPool<K> {
    private final int maxIdle;
    private final long maxAge;
    private final Map<K, Deque<UpstreamConnection>> idle = new HashMap<>();

    /**
     * @param maxIdle connections kept for each upstream
     * @param maxAge nanoseconds that a connection may wait to be used again
     */
    public ConnectionPool(int maxIdle, long maxAge) {
        this.maxIdle = maxIdle;
        this.maxAge = maxAge;
    }

    /**
     * Takes a connection out of the pool.
     *
     * @param surely whether to look once more that it is not closed: for a request that cannot be sent twice
     */
    public @Nullable UpstreamConnection take(K upstream, boolean surely) {
        Deque<UpstreamConnection> connections = idle.get(upstream);
        UpstreamConnection connection;
        while (connections != null && (connection = connections.pollFirst()) != null) {
            if (connection.open() && (!surely || connection.quiet())) {
                return connection;
            }
            connection.close();
        }
        return null;
    }

    /** Keeps a connection for later, or closes it when there are enough. */
    public void put(K upstream, UpstreamConnection connection, long now) {
        Deque<UpstreamConnection> connections = idle.computeIfAbsent(upstream, key -> new ArrayDeque<>());
        if (connections.size() >= maxIdle || !connection.open()) {
            connection.close();
            return;
        }
        connections.addFirst(connection);
        connection.idle(now, () -> drop(connections, connection));
    }

    private static void drop(Deque<UpstreamConnection> connections, UpstreamConnection connection) {
        connections.remove(connection);
        connection.close();
    }

    /** Closes those that have waited too long. */
    public void expire(long now) {
        Iterator<Deque<UpstreamConnection>> all = idle.values().iterator();
        while (all.hasNext()) {
            Deque<UpstreamConnection> connections = all.next();
            UpstreamConnection oldest;
            while ((oldest = connections.peekLast()) != null && now - oldest.idleSince() > maxAge) {
                connections.removeLast();
                oldest.close();
            }
            if (connections.isEmpty()) {
                all.remove();
            }
        }
    }

    /** Closes all idle connections to an upstream. */
    public void close(K upstream) {
        Deque<UpstreamConnection> connections = idle.remove(upstream);
        if (connections != null) {
            connections.forEach(UpstreamConnection::close);
        }
    }

    /** Closes all idle connections. */
    public void close() {
        idle.values().forEach(connections -> connections.forEach(UpstreamConnection::close));
        idle.clear();
    }

    /** How many connections are idle. */
    public int size() {
        return idle.values().stream().mapToInt(Deque::size).sum();
    }
}
