package org.keepsake.balancer;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.upstream.UpstreamConnection;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/** A connection that no longer speaks HTTP, after 101: bytes pass both ways until both sides have ended. */
final class Tunnel {
    private static final int MAX_ROUNDS = 16;

    private final StreamConnection client;
    private final UpstreamConnection upstream;
    private final Runnable progress;
    private final Runnable ended;
    private final Direction down;
    private final Direction up;
    private boolean over;

    /**
     * @param first what the upstream has sent already
     * @param progress told whenever bytes pass
     * @param ended told once when the tunnel is closed
     */
    Tunnel(
            StreamConnection client,
            UpstreamConnection upstream,
            ByteBufferPool buffers,
            PooledByteBuffer first,
            Runnable progress,
            Runnable ended) {
        this.client = client;
        this.upstream = upstream;
        this.progress = progress;
        this.ended = ended;
        this.down = new Direction(new UpstreamEnd(), new ClientEnd(), buffers);
        this.up = new Direction(new ClientEnd(), new UpstreamEnd(), buffers);
        down.pooled = first;
    }

    void start() {
        client.getSourceChannel().setReadListener(ignored -> pump(up));
        client.getSinkChannel().setWriteListener(ignored -> pump(down));
        upstream.listen(() -> pump(down), () -> pump(up));
        pump(down);
        pump(up);
    }

    private void pump(Direction direction) {
        if (over) {
            return;
        }
        try {
            direction.pump();
            if (down.ended && up.ended) {
                close();
            }
        } catch (IOException e) {
            // One side is gone: there is nobody to tell but the other.
            close();
        }
    }

    void close() {
        if (!over) {
            over = true;
            down.giveBack();
            up.giveBack();
            upstream.close();
            IoUtils.safeClose(client);
            ended.run();
        }
    }

    /** One way of the two, with one buffer. */
    private final class Direction {
        private final End from;
        private final End to;
        private final ByteBufferPool buffers;

        /** Holds what was read and not yet written, ready to be written; null when there is nothing. */
        private @Nullable PooledByteBuffer pooled;

        private boolean ended;

        Direction(End from, End to, ByteBufferPool buffers) {
            this.from = from;
            this.to = to;
            this.buffers = buffers;
        }

        void pump() throws IOException {
            for (int round = 0; round < MAX_ROUNDS; round++) {
                if (!flush() || ended || !fill()) {
                    return;
                }
            }
            to.resumeWrites();
        }

        private boolean flush() throws IOException {
            while (pooled != null && pooled.getBuffer().hasRemaining()) {
                if (to.write(pooled.getBuffer()) == 0) {
                    from.suspendReads();
                    to.resumeWrites();
                    return false;
                }
                progress.run();
            }
            giveBack();
            to.suspendWrites();
            return true;
        }

        private boolean fill() throws IOException {
            PooledByteBuffer empty = buffers.allocate();
            int read = 0;
            try {
                read = from.read(empty.getBuffer());
            } finally {
                if (read <= 0) {
                    empty.close();
                }
            }
            if (read < 0) {
                ended = true;
                from.suspendReads();
                to.shutdownWrites();
                return false;
            }
            if (read == 0) {
                from.resumeReads();
                return false;
            }
            empty.getBuffer().flip();
            pooled = empty;
            return true;
        }

        void giveBack() {
            if (pooled != null) {
                pooled.close();
                pooled = null;
            }
        }
    }

    private interface End {
        int read(ByteBuffer into) throws IOException;

        int write(ByteBuffer from) throws IOException;

        void resumeReads();

        void suspendReads();

        void resumeWrites();

        void suspendWrites();

        void shutdownWrites() throws IOException;
    }

    private final class ClientEnd implements End {
        private final ConduitStreamSourceChannel source = client.getSourceChannel();
        private final ConduitStreamSinkChannel sink = client.getSinkChannel();

        @Override
        public int read(ByteBuffer into) throws IOException {
            return source.read(into);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return sink.write(from);
        }

        @Override
        public void resumeReads() {
            source.resumeReads();
        }

        @Override
        public void suspendReads() {
            source.suspendReads();
        }

        @Override
        public void resumeWrites() {
            sink.resumeWrites();
        }

        @Override
        public void suspendWrites() {
            sink.suspendWrites();
        }

        @Override
        public void shutdownWrites() throws IOException {
            sink.shutdownWrites();
            sink.flush();
        }
    }

    private final class UpstreamEnd implements End {
        @Override
        public int read(ByteBuffer into) throws IOException {
            return upstream.read(into);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return upstream.write(from);
        }

        @Override
        public void resumeReads() {
            upstream.resumeReads();
        }

        @Override
        public void suspendReads() {
            upstream.suspendReads();
        }

        @Override
        public void resumeWrites() {
            upstream.resumeWrites();
        }

        @Override
        public void suspendWrites() {
            upstream.suspendWrites();
        }

        @Override
        public void shutdownWrites() throws IOException {
            upstream.shutdownWrites();
        }
    }
}
