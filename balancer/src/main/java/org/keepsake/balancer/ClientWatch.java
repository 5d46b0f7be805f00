package org.keepsake.balancer;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Notices that a client hangs up while its response is awaited. Undertow reads nothing between a request and the end of its
 * response; this does, and hands back what belongs to the next request.
 */
final class ClientWatch {
    private final HttpServerConnection connection;
    private final StreamSourceConduit source;
    private final Runnable gone;

    private ClientWatch(HttpServerConnection connection, Runnable gone) {
        this.connection = connection;
        this.source = connection.getOriginalSourceConduit();
        this.gone = gone;
    }

    /** Watches until the exchange is complete. To be called once the request has been read to its end. */
    static void start(HttpServerConnection connection, Runnable gone) {
        // With the next request already here there is no telling without reading without bound.
        if (connection.getExtraBytes() == null) {
            ClientWatch watch = new ClientWatch(connection, gone);
            connection.getChannel().getSourceChannel().setReadListener(ignored -> watch.readable());
            watch.source.resumeReads();
        }
    }

    private void readable() {
        PooledByteBuffer pooled = connection.getByteBufferPool().allocate();
        int read;
        try {
            read = source.read(pooled.getBuffer());
        } catch (IOException e) {
            // A reset is one way of hanging up.
            read = -1;
        }
        if (read > 0) {
            source.suspendReads();
            pooled.getBuffer().flip();
            connection.ungetRequestBytes(pooled);
            return;
        }
        pooled.close();
        if (read < 0) {
            source.suspendReads();
            gone.run();
        }
    }
}
