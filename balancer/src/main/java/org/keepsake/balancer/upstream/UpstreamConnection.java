package org.keepsake.balancer.upstream;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/** One connection to an upstream. Belongs to one I/O thread and to one request at a time, or to the pool. */
public final class UpstreamConnection {
    private final StreamConnection channel;
    private final ConduitStreamSourceChannel source;
    private final ConduitStreamSinkChannel sink;

    /** When it was put into the pool; meaningless while in use. */
    private long idleSince;

    UpstreamConnection(StreamConnection channel) {
        this.channel = channel;
        this.source = channel.getSourceChannel();
        this.sink = channel.getSinkChannel();
    }

    /** Says who is told when bytes can be read and written; replaces those told before. */
    public void listen(Runnable readable, Runnable writable) {
        source.setReadListener(ignored -> readable.run());
        sink.setWriteListener(ignored -> writable.run());
    }

    public int read(ByteBuffer into) throws IOException {
        return source.read(into);
    }

    public int write(ByteBuffer from) throws IOException {
        return sink.write(from);
    }

    public void resumeReads() {
        source.resumeReads();
    }

    public void suspendReads() {
        source.suspendReads();
    }

    public void resumeWrites() {
        sink.resumeWrites();
    }

    public void suspendWrites() {
        sink.suspendWrites();
    }

    /** Tells the upstream that nothing more will be sent. */
    public void shutdownWrites() throws IOException {
        sink.shutdownWrites();
        sink.flush();
    }

    /** Closes both directions; may be called again. */
    public void close() {
        source.setReadListener(null);
        sink.setWriteListener(null);
        IoUtils.safeClose(channel);
    }

    public boolean open() {
        return channel.isOpen();
    }

    /** Waits in the pool: whatever the upstream now sends, a byte or the end, makes it useless. */
    void idle(long now, Runnable useless) {
        idleSince = now;
        sink.suspendWrites();
        // The selector may still report bytes that were read a moment ago.
        source.setReadListener(ignored -> {
            if (!quiet()) {
                useless.run();
            }
        });
        sink.setWriteListener(null);
        source.resumeReads();
    }

    long idleSince() {
        return idleSince;
    }

    /** Looks whether the upstream has closed or, against the protocol, said something since the last response. */
    boolean quiet() {
        try {
            return source.read(ByteBuffer.allocate(1)) == 0;
        } catch (IOException e) {
            // A reset is one more way of having been closed.
            return false;
        }
    }
}
