package org.keepsake.node.memcached;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One command, or several pipelined ones, of the binary protocol. Read by the I/O thread alone. */
abstract class BinaryOperation extends StoreOperation {

    private static final byte[] EMPTY = new byte[0];

    /** The longest value the store can have; a server that says more is not believed. */
    private final long limit;

    private final ByteBuffer head = ByteBuffer.allocate(Packet.HEAD);

    /** Null while its bytes are still coming. */
    private @Nullable Packet packet;

    private int toSkip;
    private byte[] value = EMPTY;
    private int read;

    BinaryOperation(byte[] request, Epoch epoch, Pending<?> pending) {
        super(request, pending);
        this.limit = epoch.maxItemSize();
    }

    /** Looks at the head of a response: is it one to this command? */
    abstract boolean expects(Packet packet);

    /** Takes one response; called until the operation is {@link #over()}. */
    abstract void readPacket(Packet packet, byte[] value) throws IOException;

    @Override
    final void read(ByteBuffer data) throws IOException {
        Packet started = packet == null ? readHead(data) : packet;
        if (started == null) {
            return;
        }
        int skip = Math.min(data.remaining(), toSkip);
        data.position(data.position() + skip);
        toSkip -= skip;
        int length = Math.min(data.remaining(), value.length - read);
        data.get(value, read, length);
        read += length;
        if (toSkip == 0 && read == value.length) {
            packet = null;
            readPacket(started, value);
        }
    }

    private @Nullable Packet readHead(ByteBuffer data) throws IOException {
        while (head.hasRemaining() && data.hasRemaining()) {
            head.put(data.get());
        }
        if (head.hasRemaining()) {
            return null;
        }
        Packet started = Packet.head(head);
        head.clear();
        int length = started.valueLength();
        if (started.magic() != Packet.RESPONSE || !expects(started)) {
            throw broken("an answer to what was not asked");
        }
        if (started.bodyLength() < 0 || length < 0 || length > limit) {
            throw broken("a value of " + length + " bytes");
        }
        packet = started;
        toSkip = started.skipped();
        value = length == 0 ? EMPTY : new byte[length];
        read = 0;
        return started;
    }
}
