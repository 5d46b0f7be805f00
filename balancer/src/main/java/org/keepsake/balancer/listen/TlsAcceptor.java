package org.keepsake.balancer.listen;

import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DelegateOpenListener;
import io.undertow.server.protocol.http.AlpnOpenListener;
import io.undertow.server.protocol.http2.Http2OpenListener;
import java.time.Duration;
import java.util.Optional;
import org.keepsake.balancer.tls.Tls;
import org.xnio.ChannelListener;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Sequence;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioExecutor;
import org.xnio.ssl.SslConnection;

/** Speaks TLS with new connections and lets the client choose the protocol within it (RFC 7301). Thread-safe. */
final class TlsAcceptor implements ChannelListener<StreamConnection> {
    private static final String HTTP_1_1 = "http/1.1";
    private static final OptionMap OPTIONS = OptionMap.builder()
            .set(Options.SSL_ENABLED_PROTOCOLS, Sequence.of(Tls.PROTOCOLS))
            .set(Options.SSL_ENABLED_CIPHER_SUITES, Sequence.of(Tls.CIPHERS))
            .set(UndertowOptions.SSL_USER_CIPHER_SUITES_ORDER, false)
            .getMap();

    private final UndertowXnioSsl ssl;
    private final AlpnOpenListener protocols;
    private final Duration patience;

    /** @param patience how long a handshake may take */
    TlsAcceptor(
            Xnio xnio,
            Tls tls,
            ByteBufferPool buffers,
            DelegateOpenListener http,
            Optional<Http2Listener> http2,
            Duration patience) {
        this.ssl = new UndertowXnioSsl(xnio, OptionMap.EMPTY, tls.context());
        this.protocols = new AlpnOpenListener(buffers, OptionMap.EMPTY, HTTP_1_1, http);
        this.patience = patience;
        http2.ifPresent(listener -> protocols.addProtocol(Http2OpenListener.HTTP2, listener, 1));
    }

    @Override
    public void handleEvent(StreamConnection connection) {
        XnioExecutor.Key deadline = Acceptor.closeLater(connection, patience);
        SslConnection secured = ssl.wrapExistingConnection(connection, OPTIONS, false);
        secured.getHandshakeSetter().set(ignored -> deadline.remove());
        protocols.handleEvent(secured);
    }
}
