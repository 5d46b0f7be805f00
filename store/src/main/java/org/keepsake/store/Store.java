package org.keepsake.store;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/**
 * A running session store: a server of the memcached protocol. Thread-safe. Started by {@link #start}, it serves until
 * {@link #close}.
 */
public final class Store implements AutoCloseable {

    private final ServerSocketChannel listener;

    private Store(ServerSocketChannel listener) {
        this.listener = listener;
    }

    /**
     * Binds the address and serves.
     *
     * @throws java.net.BindException the address is taken or not of this host
     * @throws IllegalArgumentException the configured memory does not fit this process; the message is for the user
     */
    public static Store start(StoreConfig config) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.bind(config.listen());
            return new Store(listener);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    /** The address that is bound, with the real port where 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.socket().getLocalSocketAddress();
    }

    /** Stops listening and closes every connection; the items are gone. A second call does nothing. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
