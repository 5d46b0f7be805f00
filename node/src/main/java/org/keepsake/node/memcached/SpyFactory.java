package org.keepsake.node.memcached;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.List;
import net.spy.memcached.ConnectionObserver;
import net.spy.memcached.DefaultConnectionFactory;
import net.spy.memcached.FailureMode;

/**
 * The settings under which spymemcached is used. Timeouts are counted by {@link Epoch}, not by the client; operations
 * are handed to the connection as they are, so neither transcoders nor the client's listener threads ever run.
 */
final class SpyFactory extends DefaultConnectionFactory {

    private final long operationTimeoutMillis;
    private final ConnectionObserver observer;

    SpyFactory(long operationTimeoutMillis, ConnectionObserver observer) {
        this.operationTimeoutMillis = operationTimeoutMillis;
        this.observer = observer;
    }

    @Override
    public SpyConnection createConnection(List<InetSocketAddress> addresses) throws IOException {
        return new SpyConnection(this, addresses);
    }

    @Override
    public StoreNode createMemcachedNode(SocketAddress address, SocketChannel channel, int bufferSize) {
        return new StoreNode(address, channel, bufferSize, observer);
    }

    @Override
    public Collection<ConnectionObserver> getInitialObservers() {
        return List.of(observer);
    }

    @Override
    public FailureMode getFailureMode() {
        return FailureMode.Cancel;
    }

    @Override
    public long getOperationTimeout() {
        return operationTimeoutMillis;
    }

    @Override
    public int getTimeoutExceptionThreshold() {
        return Integer.MAX_VALUE;
    }

    @Override
    public boolean isDaemon() {
        return true;
    }

    @Override
    public boolean shouldOptimize() {
        return false;
    }
}
