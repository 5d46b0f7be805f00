package org.keepsake.balancer.listen;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.keepsake.balancer.gate.AddressRange;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.conduits.ConduitStreamSourceChannel;

/** Takes new connections of one port; those of proxies that are named tell first who their client is. Thread-safe. */
final class Acceptor implements ChannelListener<StreamConnection> {
    private static final System.Logger LOG = System.getLogger(Acceptor.class.getName());

    private final List<AddressRange> proxies;
    private final Duration patience;
    private final ChannelListener<StreamConnection> protocol;

    /**
     * @param proxies peers that send a PROXY header; others must not
     * @param patience how long that may take
     * @param protocol what is spoken behind it
     */
    Acceptor(List<AddressRange> proxies, Duration patience, ChannelListener<StreamConnection> protocol) {
        this.proxies = proxies;
        this.patience = patience;
        this.protocol = protocol;
    }

    @Override
    public void handleEvent(StreamConnection connection) {
        InetSocketAddress peer = connection.getPeerAddress(InetSocketAddress.class);
        if (AddressRange.anyContains(proxies, peer.getAddress())) {
            awaitHeader(connection);
        } else {
            protocol.handleEvent(connection);
        }
    }

    private void awaitHeader(StreamConnection connection) {
        ProxyHeader header = new ProxyHeader();
        XnioExecutor.Key deadline = closeLater(connection, patience);
        ConduitStreamSourceChannel source = connection.getSourceChannel();
        source.setReadListener(ignored -> {
            try {
                if (header.read(source::read)) {
                    deadline.remove();
                    source.suspendReads();
                    source.setReadListener(null);
                    protocol.handleEvent(header.ends()
                            .<StreamConnection>map(
                                    ends -> new AddressedConnection(connection, ends.source(), ends.destination()))
                            .orElse(connection));
                }
            } catch (IOException e) {
                LOG.log(
                        System.Logger.Level.DEBUG,
                        "balancer: connection from {0} closed: {1}",
                        connection.getPeerAddress(),
                        e.getMessage());
                deadline.remove();
                IoUtils.safeClose(connection);
            }
        });
        source.wakeupReads();
    }

    /** Closes a connection that gets nowhere, unless the key is removed before. */
    static XnioExecutor.Key closeLater(StreamConnection connection, Duration after) {
        return connection
                .getIoThread()
                .executeAfter(() -> IoUtils.safeClose(connection), after.toMillis(), TimeUnit.MILLISECONDS);
    }
}
