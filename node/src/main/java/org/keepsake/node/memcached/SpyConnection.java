package org.keepsake.node.memcached;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import net.spy.memcached.ConnectionFactory;
import net.spy.memcached.FailureMode;

/**
 * spymemcached's connection to one store for one epoch: it never reconnects. Its own way would send a half-written
 * value again, to a server that may be another one by then.
 *
 * <p>Without fields of its own: the superclass starts the I/O thread before they would be set.
 */
final class SpyConnection extends net.spy.memcached.MemcachedConnection {

    SpyConnection(ConnectionFactory factory, List<InetSocketAddress> addresses) throws IOException {
        super(
                factory.getReadBufSize(),
                factory,
                addresses,
                factory.getInitialObservers(),
                FailureMode.Cancel,
                factory.getOperationFactory());
    }

    /** The one server of this connection. */
    StoreNode server() {
        return (StoreNode) locator.getAll().iterator().next();
    }

    @Override
    protected void queueReconnect(net.spy.memcached.MemcachedNode node) {
        super.queueReconnect(node);
        shutDown = true;
    }
}
