package org.keepsake.balancer;

import io.undertow.connector.PooledByteBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.upstream.MessageBody;
import org.keepsake.balancer.upstream.UpstreamConnection;
import org.xnio.channels.StreamSinkChannel;

/**
 * Passes a response body on to the client as fast as both sides allow, with one buffer between them. Belongs to one I/O
 * thread.
 */
final class ResponseRelay {
    /** Buffers passed on before others have a turn. */
    private static final int MAX_ROUNDS = 32;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final ProxiedRequest request;
    private final MessageBody body;
    private final boolean keepAlive;
    private final StreamSinkChannel client;
    private @Nullable Attempt attempt;
    private @Nullable UpstreamConnection upstream;
    private @Nullable PooledByteBuffer in;

    /** Payload for the client: a view into {@code in}, which must stay as it is meanwhile. */
    private ByteBuffer out = EMPTY;

    private boolean bodyEnded;
    private boolean shutDown;
    private boolean over;

    /** @param in what came behind the head; the relay gives it back */
    ResponseRelay(
            ProxiedRequest request,
            Attempt attempt,
            MessageBody body,
            boolean keepAlive,
            PooledByteBuffer in,
            StreamSinkChannel client) {
        this.request = request;
        this.attempt = attempt;
        this.body = body;
        this.keepAlive = keepAlive;
        this.in = in;
        this.client = client;
    }

    /** A response of the balancer's own. */
    ResponseRelay(ProxiedRequest request, ByteBuffer content, StreamSinkChannel client) {
        this.request = request;
        this.body = MessageBody.none();
        this.keepAlive = false;
        this.client = client;
        this.out = content;
        this.bodyEnded = true;
    }

    void start() {
        if (attempt != null) {
            upstream = attempt.relayTo(this::pump);
        }
        client.getWriteSetter().set(ignored -> request.guard(this::pump));
        pump();
    }

    private void pump() {
        if (over) {
            return;
        }
        if (!shutDown && !client.isOpen()) {
            // A stream of HTTP/2 that its client has reset takes what is written to it without a word.
            request.clientGone();
            return;
        }
        try {
            for (int round = 0; round < MAX_ROUNDS; round++) {
                if (!takePayload() || !writeOut()) {
                    return;
                }
            }
            // Level-triggered: both sides report again if there is more to do.
            resumeUpstream();
            client.resumeWrites();
        } catch (UpstreamBrokenException e) {
            request.responseBroken(e.getMessage());
        } catch (IOException e) {
            request.clientGone();
        }
    }

    /** Makes sure there is something to write, or nothing more to come; returns false when it has to come first. */
    private boolean takePayload() throws IOException {
        while (!out.hasRemaining() && !bodyEnded) {
            ByteBuffer buffer = in == null ? EMPTY : in.getBuffer();
            try {
                out = body.next(buffer);
            } catch (IOException e) {
                throw new UpstreamBrokenException(e);
            }
            if (body.complete()) {
                request.trailers(body.trailers());
                endBody(keepAlive && !buffer.hasRemaining());
            } else if (!out.hasRemaining() && !read()) {
                return bodyEnded;
            }
        }
        return true;
    }

    /** Returns false when nothing came. */
    private boolean read() throws IOException {
        if (in == null) {
            in = request.allocate();
        }
        ByteBuffer buffer = in.getBuffer().clear();
        int read;
        try {
            read = upstream == null ? -1 : upstream.read(buffer);
        } catch (IOException e) {
            throw new UpstreamBrokenException(e);
        }
        buffer.flip();
        if (read > 0) {
            request.progress();
            return true;
        }
        giveBack();
        if (read == 0) {
            awaitUpstream();
        } else if (body.mayEnd()) {
            endBody(false);
        } else {
            throw new UpstreamBrokenException(new IOException("connection closed within the response"));
        }
        return false;
    }

    private void endBody(boolean reusable) {
        bodyEnded = true;
        // The client may be slow: the upstream need not wait for it.
        if (attempt != null) {
            attempt.release(reusable);
            attempt = null;
            upstream = null;
        }
    }

    private void awaitUpstream() throws IOException {
        // Nothing may lie around in a buffer while the upstream thinks: an event stream lives on it.
        if (client.flush()) {
            client.suspendWrites();
        } else {
            client.resumeWrites();
        }
        resumeUpstream();
        request.waitFor(Side.UPSTREAM);
    }

    private void resumeUpstream() {
        if (upstream != null) {
            upstream.resumeReads();
        }
    }

    /** Writes what there is; returns false when the client has to take it first, or everything is written. */
    private boolean writeOut() throws IOException {
        while (out.hasRemaining()) {
            int written = bodyEnded ? client.writeFinal(out) : client.write(out);
            if (written == 0) {
                awaitClient();
                return false;
            }
            request.progress();
            shutDown = bodyEnded && !out.hasRemaining();
        }
        if (!bodyEnded) {
            return true;
        }
        giveBack();
        finish();
        return false;
    }

    private void finish() throws IOException {
        if (!shutDown) {
            shutDown = true;
            client.shutdownWrites();
        }
        if (client.flush()) {
            over = true;
            client.suspendWrites();
            request.responseSent();
        } else {
            awaitClient();
        }
    }

    private void awaitClient() {
        if (upstream != null) {
            upstream.suspendReads();
        }
        client.resumeWrites();
        request.waitFor(Side.CLIENT);
    }

    private void giveBack() {
        if (in != null) {
            in.close();
            in = null;
        }
        out = EMPTY;
    }

    /** Stops at once. */
    void close() {
        over = true;
        giveBack();
        if (attempt != null) {
            attempt.close();
        }
    }

    /** The upstream broke off or broke the framing within the body. */
    private static final class UpstreamBrokenException extends IOException {
        private static final long serialVersionUID = 1L;

        UpstreamBrokenException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
