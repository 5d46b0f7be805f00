package org.keepsake.balancer;

import io.undertow.conduits.ReadDataStreamSourceConduit;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import org.keepsake.balancer.upstream.BadMessageException;
import org.keepsake.balancer.upstream.MessageBody;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.ConduitReadableByteChannel;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Decodes chunked request bodies in place of Undertow's reader, which takes any byte for the end of a chunk size, skips what
 * follows a chunk up to the next line feed, and so ends a body where others would not.
 */
final class StrictChunks extends AbstractStreamSourceConduit<StreamSourceConduit> {
    private final HttpServerExchange exchange;
    private final HttpServerConnection connection;
    private final MessageBody body = MessageBody.chunked();
    private boolean broken;

    private StrictChunks(HttpServerExchange exchange, HttpServerConnection connection) {
        super(new ReadDataStreamSourceConduit(connection.getOriginalSourceConduit(), connection));
        this.exchange = exchange;
        this.connection = connection;
    }

    /** Takes over the decoding of the request body if it comes in chunks. */
    static void addTo(HttpServerExchange exchange) {
        if (exchange.getRequestHeaders().contains(Headers.TRANSFER_ENCODING)
                && exchange.getConnection() instanceof HttpServerConnection connection) {
            exchange.addRequestWrapper((factory, wrapped) -> new StrictChunks(wrapped, connection));
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (broken) {
            throw new BadMessageException("the chunks are broken");
        }
        try (Pooled pooled = new Pooled(connection.getByteBufferPool().allocate())) {
            ByteBuffer raw = pooled.buffer.getBuffer();
            while (!body.complete() && into.hasRemaining()) {
                raw.clear().limit(Math.min(raw.capacity(), into.remaining()));
                int read = next.read(raw);
                if (read == 0) {
                    return 0;
                }
                if (read < 0) {
                    throw new ClosedChannelException();
                }
                raw.flip();
                int payload = decode(raw, into);
                if (body.complete() && raw.hasRemaining()) {
                    connection.ungetRequestBytes(pooled.keep());
                }
                if (payload > 0) {
                    return payload;
                }
            }
        }
        if (body.complete()) {
            HeaderMap trailers = body.trailers();
            if (trailers != null) {
                exchange.putAttachment(HttpAttachments.REQUEST_TRAILERS, trailers);
            }
            Connectors.terminateRequest(exchange);
            return -1;
        }
        return 0;
    }

    private int decode(ByteBuffer raw, ByteBuffer into) throws BadMessageException {
        int before = into.position();
        try {
            ByteBuffer payload;
            do {
                payload = body.next(raw);
                into.put(payload.duplicate());
            } while (payload.hasRemaining() && !body.complete());
        } catch (BadMessageException e) {
            broken = true;
            throw e;
        }
        return into.position() - before;
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            if (into[i].hasRemaining()) {
                return read(into[i]);
            }
        }
        return 0;
    }

    @Override
    public long transferTo(long position, long count, FileChannel target) throws IOException {
        return target.transferFrom(new ConduitReadableByteChannel(this), position, count);
    }

    @Override
    public long transferTo(long count, ByteBuffer throughBuffer, StreamSinkChannel target) throws IOException {
        return IoUtils.transfer(new ConduitReadableByteChannel(this), count, throughBuffer, target);
    }

    /** A buffer that goes back to its pool unless somebody else takes it. */
    private static final class Pooled implements AutoCloseable {
        private final PooledByteBuffer buffer;
        private boolean kept;

        Pooled(PooledByteBuffer buffer) {
            this.buffer = buffer;
        }

        PooledByteBuffer keep() {
            kept = true;
            return buffer;
        }

        @Override
        public void close() {
            if (!kept) {
                buffer.close();
            }
        }
    }
}
