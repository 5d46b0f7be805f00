package org.keepsake.balancer.listen;

import java.net.InetSocketAddress;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/** A connection whose ends are those that a proxy in front tells. */
final class AddressedConnection extends StreamConnection {
    private final StreamConnection connection;
    private final InetSocketAddress source;
    private final InetSocketAddress destination;

    AddressedConnection(StreamConnection connection, InetSocketAddress source, InetSocketAddress destination) {
        super(connection.getIoThread());
        this.connection = connection;
        this.source = source;
        this.destination = destination;
        setSourceConduit(connection.getSourceChannel().getConduit());
        setSinkConduit(connection.getSinkChannel().getConduit());
    }

    @Override
    public InetSocketAddress getPeerAddress() {
        return source;
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return destination;
    }

    @Override
    protected void notifyReadClosed() {
        IoUtils.safeClose(connection.getSourceChannel());
    }

    @Override
    protected void notifyWriteClosed() {
        IoUtils.safeClose(connection.getSinkChannel());
    }
}
