package org.keepsake.balancer;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.xnio.XnioExecutor;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Closes a connection whose client still sends: ends our side, then reads and drops for a while. Closed at once, the
 * kernel would answer the unread bytes with a reset, and the client would lose the response it is about to read. nginx
 * calls it so, too.
 */
final class LingeringClose {
    private static final long MAX_SECONDS = 5;

    private final HttpServerConnection connection;
    private final StreamSourceConduit source;
    private final Runnable close;
    private final XnioExecutor.Key deadline;
    private int left;

    private LingeringClose(HttpServerConnection connection, int most, Runnable close) {
        this.connection = connection;
        this.source = connection.getOriginalSourceConduit();
        this.close = close;
        this.left = most;
        this.deadline = connection.getIoThread().executeAfter(close, MAX_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * @param most bytes that are read and dropped
     * @param close closes the connection; may be called twice
     */
    static void start(HttpServerConnection connection, int most, Runnable close) {
        LingeringClose lingering = new LingeringClose(connection, most, close);
        try {
            connection.getOriginalSinkConduit().terminateWrites();
            connection.getOriginalSinkConduit().flush();
        } catch (IOException e) {
            lingering.end();
            return;
        }
        connection.getChannel().getSourceChannel().setReadListener(ignored -> lingering.drop());
        lingering.source.resumeReads();
        lingering.drop();
    }

    private void drop() {
        try (PooledByteBuffer pooled = connection.getByteBufferPool().allocate()) {
            int read;
            while ((read = source.read(pooled.getBuffer().clear())) > 0) {
                left -= read;
                if (left < 0) {
                    break;
                }
            }
            if (read != 0) {
                end();
            }
        } catch (IOException e) {
            // The client has hung up, which is what was waited for.
            end();
        }
    }

    private void end() {
        deadline.remove();
        source.suspendReads();
        close.run();
    }
}
