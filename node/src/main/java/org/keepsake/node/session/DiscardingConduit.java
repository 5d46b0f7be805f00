package org.keepsake.node.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.StreamSinkConduit;

/** Takes a body that is not to be sent any more, so that its writer goes on undisturbed. */
final class DiscardingConduit extends AbstractStreamSinkConduit<StreamSinkConduit> {

    DiscardingConduit(StreamSinkConduit next) {
        super(next);
    }

    @Override
    public int write(ByteBuffer src) {
        int length = src.remaining();
        src.position(src.limit());
        return length;
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) {
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            total += write(srcs[i]);
        }
        return total;
    }

    @Override
    public int writeFinal(ByteBuffer src) throws IOException {
        int length = write(src);
        next.terminateWrites();
        return length;
    }

    @Override
    public long writeFinal(ByteBuffer[] srcs, int offset, int length) throws IOException {
        long total = write(srcs, offset, length);
        next.terminateWrites();
        return total;
    }

    @Override
    public long transferFrom(FileChannel src, long position, long count) throws IOException {
        return Math.max(0, Math.min(count, src.size() - position));
    }

    @Override
    public long transferFrom(StreamSourceChannel source, long count, ByteBuffer throughBuffer) throws IOException {
        long total = 0;
        while (total < count) {
            throughBuffer.clear();
            throughBuffer.limit((int) Math.min(throughBuffer.capacity(), count - total));
            int read = source.read(throughBuffer);
            if (read <= 0) {
                break;
            }
            total += read;
        }
        throughBuffer.clear().limit(0);
        return total;
    }
}
