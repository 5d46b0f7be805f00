package org.keepsake.balancer;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.util.HeaderMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.upstream.BadMessageException;
import org.xnio.channels.StreamSourceChannel;

/**
 * The body of a request on its way from the client, piece by piece as an upstream takes it. What may be needed again is
 * remembered up to a bound. Belongs to one I/O thread.
 */
final class RequestBody {
    /** Payload bytes remembered for another attempt. */
    static final int MAX_REPLAY = 64 * 1024;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CRLF = {'\r', '\n'};

    /** Room for the largest chunk size in hexadecimal and its line end, before the payload. */
    private static final int BEFORE = 10;

    private static final int AFTER = CRLF.length;

    private final HttpServerExchange exchange;
    private final boolean chunked;
    private @Nullable StreamSourceChannel channel;
    private @Nullable PooledByteBuffer pooled;

    /** What was read so far; null when it is not remembered, or no longer. */
    private @Nullable ByteArrayOutputStream memory;

    private boolean anythingRead;
    private boolean replaying;
    private boolean endReached;
    private boolean lastChunkGiven;

    /** What may still come, in bytes; negative for any number. */
    private long left;

    /** What has to come to make up the announced length, in bytes; negative when none was announced. */
    private long due;

    /**
     * @param most bytes that the body may have; 0 for any number
     * @param remember whether the request may be sent again after a part of its body was
     */
    RequestBody(HttpServerExchange exchange, boolean chunked, boolean remember, long most) {
        this.left = most == 0 ? -1 : most;
        this.exchange = exchange;
        this.chunked = chunked;
        // By HTTP/1.1 Undertow sees to it.
        this.due = Http2Check.isHttp2(exchange) ? exchange.getRequestContentLength() : -1;
        this.endReached = exchange.isRequestComplete();
        this.memory = remember && !endReached ? new ByteArrayOutputStream(0) : null;
    }

    /** Whether an attempt can begin anew with all of the body. */
    boolean replayable() {
        return !anythingRead || memory != null;
    }

    /** Whether the client has sent everything. */
    boolean endReached() {
        return endReached;
    }

    /** Begins anew for another attempt; only when {@link #replayable()}. */
    void rewind() {
        replaying = anythingRead;
        lastChunkGiven = false;
        release();
    }

    /**
     * The next piece in the form the upstream gets it, valid until the next call. Empty at the end. Null when the client has
     * to send more first, after which {@code more} is called once.
     *
     * @throws ClientGoneException when the client breaks off or breaks the framing
     */
    @Nullable
    ByteBuffer next(Runnable more) throws ClientGoneException {
        if (replaying && memory != null) {
            replaying = false;
            return replay(memory.toByteArray());
        }
        if (endReached) {
            return last();
        }
        try {
            return read(more);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    private ByteBuffer last() {
        release();
        if (!chunked || lastChunkGiven) {
            return EMPTY;
        }
        lastChunkGiven = true;
        HeaderMap trailers = exchange.getAttachment(HttpAttachments.REQUEST_TRAILERS);
        return ByteBuffer.wrap(trailers == null ? LAST_CHUNK : Trailers.lastChunk(Trailers.passed(trailers)));
    }

    private ByteBuffer replay(byte[] payload) {
        ByteBuffer piece = ByteBuffer.allocate(BEFORE + payload.length + AFTER);
        piece.position(BEFORE);
        piece.put(payload);
        return wrap(piece);
    }

    private @Nullable ByteBuffer read(Runnable more) throws IOException {
        ByteBuffer buffer = buffer();
        buffer.clear().position(BEFORE).limit(buffer.capacity() - AFTER);
        int read = channel().read(buffer);
        if (read == 0) {
            release();
            awaitMore(more);
            return null;
        }
        if (read < 0) {
            if (due > 0) {
                throw new BadMessageException("the body is shorter than its Content-Length");
            }
            endReached = true;
            return last();
        }
        count(read);
        remember(buffer);
        return wrap(buffer);
    }

    private void count(int read) throws IOException {
        if (due >= 0) {
            if (read > due) {
                throw new BadMessageException("the body is longer than its Content-Length");
            }
            due -= read;
        }
        if (left >= 0) {
            if (read > left) {
                throw new BodyTooLargeException();
            }
            left -= read;
        }
    }

    /** Puts the chunk framing around the payload that ends at the position. */
    private ByteBuffer wrap(ByteBuffer piece) {
        int end = piece.position();
        if (!chunked) {
            return piece.limit(end).position(BEFORE).slice();
        }
        piece.limit(end + AFTER);
        piece.put(end, CRLF);
        byte[] size = (Integer.toHexString(end - BEFORE) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        piece.put(BEFORE - size.length, size);
        return piece.position(BEFORE - size.length).slice();
    }

    private void remember(ByteBuffer buffer) {
        anythingRead = true;
        if (memory == null) {
            return;
        }
        byte[] payload = new byte[buffer.position() - BEFORE];
        buffer.get(BEFORE, payload);
        memory.writeBytes(payload);
        if (memory.size() > MAX_REPLAY) {
            memory = null;
        }
    }

    private void awaitMore(Runnable more) {
        StreamSourceChannel source = channel();
        source.getReadSetter().set(ignored -> {
            source.suspendReads();
            more.run();
        });
        source.resumeReads();
    }

    /**
     * Reads on and throws away.
     *
     * @return bytes dropped; 0 when {@code more} will be called
     */
    int drop(Runnable more) throws ClientGoneException {
        int dropped = 0;
        ByteBuffer piece;
        while (!endReached && (piece = next(more)) != null) {
            dropped += piece.remaining();
        }
        release();
        return dropped;
    }

    private StreamSourceChannel channel() {
        if (channel == null) {
            channel = exchange.getRequestChannel();
        }
        if (channel == null) {
            throw new IllegalStateException("the request channel was taken by somebody else");
        }
        return channel;
    }

    private ByteBuffer buffer() {
        if (pooled == null) {
            pooled = exchange.getConnection().getByteBufferPool().allocate();
        }
        return pooled.getBuffer();
    }

    /** Gives the buffer back. */
    void release() {
        if (pooled != null) {
            pooled.close();
            pooled = null;
        }
    }
}
