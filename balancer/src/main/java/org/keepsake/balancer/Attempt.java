package org.keepsake.balancer;

import io.undertow.connector.PooledByteBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.rotation.Peer;
import org.keepsake.balancer.rotation.Place;
import org.keepsake.balancer.upstream.BadMessageException;
import org.keepsake.balancer.upstream.Connector;
import org.keepsake.balancer.upstream.ResponseHead;
import org.keepsake.balancer.upstream.ResponseParser;
import org.keepsake.balancer.upstream.UpstreamConnection;

/**
 * One try to have a request answered by one upstream: from the connection to the head of the response. While the head is
 * awaited the body goes out, because an upstream may answer before it has read all of it. Belongs to one I/O thread.
 */
final class Attempt {
    private static final int MAX_INFORMATIONAL = 50;

    private final ProxiedRequest request;
    private final Place place;
    private final ResponseParser parser = new ResponseParser();
    private ByteBuffer out;
    private @Nullable Connector connector;
    private @Nullable UpstreamConnection connection;
    private boolean reused;
    private boolean sentAnything;
    private boolean sentAll;
    private boolean sendingBroken;
    private boolean writesResumed;
    private boolean heardAnything;
    private int informational;

    /** Whether the connection has gone: closed, back in the pool, or taken over. */
    private boolean over;

    /** @param place held by it until the upstream has answered, unless another attempt takes it over */
    Attempt(ProxiedRequest request, Place place) {
        this.request = request;
        this.place = place;
        this.out = ByteBuffer.wrap(request.head());
    }

    Place place() {
        return place;
    }

    Peer peer() {
        return place.peer();
    }

    /** Whether a byte of the request may have reached the upstream. */
    boolean sentAnything() {
        return sentAnything;
    }

    /** Whether the upstream was found gone on a connection that had been idle, before it said anything. */
    boolean stale() {
        return reused && !heardAnything;
    }

    /** @param fresh whether an idle connection will not do */
    void start(boolean fresh) {
        if (!fresh) {
            UpstreamConnection idle = request.loop().pool().take(peer(), !request.idempotent());
            if (idle != null) {
                reused = true;
                begin(idle);
                return;
            }
        }
        request.waitFor(Side.CONNECT);
        connector = Connector.open(
                request.loop().thread(),
                peer().upstream().address(),
                this::begin,
                why -> fail(Failure.REFUSED, String.valueOf(why.getMessage())));
    }

    private void begin(UpstreamConnection opened) {
        connector = null;
        connection = opened;
        request.waitFor(Side.UPSTREAM);
        opened.listen(() -> request.guard(this::readable), () -> request.guard(this::send));
        opened.resumeReads();
        send();
    }

    private UpstreamConnection connection() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    private void send() {
        if (over || sentAll || sendingBroken) {
            stopWriting();
            return;
        }
        try {
            while (flush() && !sentAll) {
                ByteBuffer piece = request.body().next(() -> request.guard(this::send));
                if (piece == null) {
                    stopWriting();
                    request.waitFor(Side.CLIENT);
                    return;
                }
                out = piece;
                sentAll = !piece.hasRemaining();
            }
        } catch (ClientGoneException e) {
            request.clientBroke(e);
            return;
        }
        if (sentAll) {
            stopWriting();
            request.bodySent();
        }
    }

    /** Returns whether all of {@code out} was written. */
    private boolean flush() {
        try {
            while (out.hasRemaining()) {
                if (connection().write(out) == 0) {
                    request.waitFor(Side.UPSTREAM);
                    writesResumed = true;
                    connection().resumeWrites();
                    return false;
                }
                sentAnything = true;
                request.progress();
            }
            return true;
        } catch (IOException e) {
            sendingBroken = true;
            stopWriting();
            if (!sentAnything) {
                fail(Failure.CLOSED, String.valueOf(e.getMessage()));
            }
            // Otherwise the upstream may have answered before it stopped to listen: the read side will tell.
            return false;
        }
    }

    private void stopWriting() {
        if (writesResumed && !over) {
            writesResumed = false;
            connection().suspendWrites();
        }
    }

    private void readable() {
        if (over) {
            return;
        }
        PooledByteBuffer pooled = request.allocate();
        boolean handedOver = false;
        try {
            ResponseHead head = readHead(pooled.getBuffer());
            if (head != null) {
                handedOver = true;
                request.answered(this, head, pooled);
            }
        } catch (BadMessageException e) {
            fail(Failure.BAD_RESPONSE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            fail(Failure.CLOSED, String.valueOf(e.getMessage()));
        } finally {
            if (!handedOver) {
                pooled.close();
            }
        }
    }

    /** The final head, or null when more has to come; behind it the buffer holds the beginning of the body. */
    private @Nullable ResponseHead readHead(ByteBuffer buffer) throws IOException {
        while (true) {
            buffer.clear();
            int read = connection().read(buffer);
            if (read == 0) {
                return null;
            }
            if (read < 0) {
                throw new IOException("connection closed before the response");
            }
            buffer.flip();
            heardAnything = true;
            request.progress();
            ResponseHead head;
            while ((head = parser.parse(buffer)) != null) {
                if (!head.informational()) {
                    return head;
                }
                if (++informational > MAX_INFORMATIONAL) {
                    throw new BadMessageException("too many informational responses");
                }
            }
        }
    }

    void fail(Failure failure, String why) {
        if (!over) {
            disconnect();
            request.attemptFailed(this, failure, why);
        }
    }

    /** Reads the body from now on through another; the request may still be going out. */
    UpstreamConnection relayTo(Runnable readable) {
        connection().listen(() -> request.guard(readable), () -> request.guard(this::send));
        return connection();
    }

    /** Hands over the connection for good; the place is left when the request ends. */
    UpstreamConnection takeOver() {
        over = true;
        return connection();
    }

    /** Gives the connection back after the response, to be used again if everything ended where it should. */
    void release(boolean reusable) {
        if (over) {
            return;
        }
        if (reusable && sentAll && !peer().removed()) {
            over = true;
            request.loop().pool().put(peer(), connection(), System.nanoTime());
        } else {
            disconnect();
        }
        place.close();
    }

    /** Ends it, and leaves the place. */
    void close() {
        disconnect();
        place.close();
    }

    private void disconnect() {
        if (over) {
            return;
        }
        over = true;
        if (connector != null) {
            connector.cancel();
        }
        if (connection != null) {
            connection.close();
        }
    }
}
