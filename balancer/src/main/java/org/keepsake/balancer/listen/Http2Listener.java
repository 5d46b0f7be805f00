package org.keepsake.balancer.listen;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.protocols.http2.Http2Channel;
import io.undertow.server.ConnectorStatistics;
import io.undertow.server.DelegateOpenListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http2.Http2OpenListener;
import io.undertow.server.protocol.http2.Http2ReceiveListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;

/**
 * HTTP/2 on connections that have chosen it. Like Undertow's own listener, but one that can say good-bye: clients that are
 * told which of their requests were seen send the others elsewhere. Thread-safe.
 */
final class Http2Listener implements DelegateOpenListener {
    private final ByteBufferPool buffers;
    private final int bufferSize;
    private final HttpHandler handler;
    private final OptionMap options;
    private final Set<Http2Channel> connections = ConcurrentHashMap.newKeySet();

    Http2Listener(ByteBufferPool buffers, int bufferSize, OptionMap options, HttpHandler handler) {
        this.buffers = buffers;
        this.bufferSize = bufferSize;
        this.options = options;
        this.handler = handler;
    }

    @Override
    public void handleEvent(StreamConnection connection) {
        handleEvent(connection, null);
    }

    @Override
    public void handleEvent(StreamConnection connection, @Nullable PooledByteBuffer first) {
        Http2Channel channel =
                new Http2Channel(connection, Http2OpenListener.HTTP2, buffers, first, false, false, options);
        connections.add(channel);
        channel.addCloseTask(connections::remove);
        channel.getReceiveSetter().set(new Http2ReceiveListener(handler, options, bufferSize, null));
        channel.resumeReceives();
    }

    /** Tells all clients that no request after those they have sent will be answered, and closes the connections. */
    @Override
    public void closeConnections() {
        for (Http2Channel channel : connections) {
            channel.getIoThread().execute(() -> channel.sendGoAway(Http2Channel.ERROR_NO_ERROR));
        }
    }

    boolean hasConnections() {
        return !connections.isEmpty();
    }

    @Override
    public HttpHandler getRootHandler() {
        return handler;
    }

    @Override
    public void setRootHandler(HttpHandler rootHandler) {
        throw new UnsupportedOperationException("it has one already");
    }

    @Override
    public OptionMap getUndertowOptions() {
        return options;
    }

    @Override
    public void setUndertowOptions(OptionMap undertowOptions) {
        throw new UnsupportedOperationException("it has them already");
    }

    @Override
    public ByteBufferPool getBufferPool() {
        return buffers;
    }

    @Override
    public @Nullable ConnectorStatistics getConnectorStatistics() {
        return null;
    }
}
