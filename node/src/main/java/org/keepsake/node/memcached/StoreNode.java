package org.keepsake.node.memcached;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import net.spy.memcached.ConnectionObserver;
import net.spy.memcached.MemcachedConnection;
import net.spy.memcached.ops.Operation;
import net.spy.memcached.ops.OperationState;
import org.jspecify.annotations.Nullable;

/**
 * The one server of a {@link SpyConnection}, as the client's I/O thread sees it. Thread-safe.
 *
 * <p>The client's own node hands every request to the I/O thread, which a wake-up, three system calls and two changes of
 * context later writes it. Here the thread that asks also writes, and the I/O thread only reads; it writes too when the
 * socket was full. Whoever comes while another one writes leaves its request to that one and goes on: nobody waits.
 */
final class StoreNode implements net.spy.memcached.MemcachedNode {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketAddress address;
    private final ConnectionObserver observer;

    /** Used by the I/O thread alone. */
    private final ByteBuffer input;

    private final AnswerReader reader = new AnswerReader(this);

    /** Handed over and not yet begun to be written. */
    private final Queue<Operation> waiting = new ConcurrentLinkedQueue<>();

    /** Begun to be written and not yet answered, in the order in which the answers come. */
    private final Queue<Operation> asked = new ConcurrentLinkedQueue<>();

    /** How many have asked for what waits to be written; who made it one writes until it is zero again. */
    private final AtomicInteger writers = new AtomicInteger();

    /** What goes out next; used by the writer alone, as the two fields below. */
    private final ByteBuffer output;

    /** The operation of which not all bytes are in the {@link #output} yet; null if there is none. */
    private @Nullable Operation writing;

    /** Those bytes. Held here: they go out even if the answer came before them, or the next request would be cut. */
    private ByteBuffer unwritten = NOTHING;

    /** The I/O thread was asked to go on when the socket has room. Changed by the writer. */
    private volatile boolean stalled;

    /** Nothing is written any more. Becomes true once. */
    private volatile boolean closed;

    private volatile boolean connected;
    private volatile @Nullable SocketChannel channel;
    private volatile @Nullable SelectionKey key;
    private volatile @Nullable MemcachedConnection connection;

    StoreNode(SocketAddress address, SocketChannel channel, int bufferSize, ConnectionObserver observer) {
        this.address = address;
        this.channel = channel;
        this.observer = observer;
        this.input = ByteBuffer.allocateDirect(bufferSize);
        this.output = ByteBuffer.allocateDirect(bufferSize).flip();
    }

    /** Writes an operation, or leaves it to who is writing; never waits. */
    @Override
    public void addOp(Operation operation) {
        waiting.add(operation);
        write();
    }

    private void write() {
        if (writers.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            writeAll();
            seen = writers.addAndGet(-seen);
        } while (seen != 0);
    }

    private void writeAll() {
        SocketChannel to = channel;
        if (closed || to == null) {
            cancelAll();
            return;
        }
        try {
            boolean full = false;
            while (!full && fill()) {
                int unused = to.write(output);
                full = output.hasRemaining();
            }
            stall(full);
        } catch (IOException e) {
            closed = true;
            cancelAll();
            observer.connectionLost(address);
        }
    }

    /** Puts what is to be written next into the output; false if there is nothing. */
    private boolean fill() {
        output.compact();
        Operation next;
        while (output.hasRemaining() && (next = writing == null ? begin() : writing) != null) {
            put(next);
        }
        return output.flip().hasRemaining();
    }

    /** Begins with the next operation that is still wanted, null if there is none: from here on it counts as sent. */
    private @Nullable Operation begin() {
        Operation next;
        while ((next = waiting.poll()) != null) {
            synchronized (next) {
                if (!next.isCancelled()) {
                    next.initialize();
                    unwritten = next.getBuffer();
                    next.writing();
                    asked.add(next);
                    writing = next;
                    return next;
                }
            }
        }
        return null;
    }

    private void put(Operation operation) {
        int length = Math.min(unwritten.remaining(), output.remaining());
        output.put(unwritten.slice(unwritten.position(), length));
        unwritten.position(unwritten.position() + length);
        if (unwritten.hasRemaining()) {
            return;
        }
        writing = null;
        unwritten = NOTHING;
        synchronized (operation) {
            if (operation.getState() == OperationState.WRITING) {
                operation.writeComplete();
            }
        }
    }

    private void stall(boolean full) {
        SelectionKey selected = key;
        if (full == stalled || selected == null || !selected.isValid()) {
            return;
        }
        stalled = full;
        if (full) {
            selected.interestOpsOr(SelectionKey.OP_WRITE);
            var unused = selected.selector().wakeup();
        } else {
            selected.interestOpsAnd(~SelectionKey.OP_WRITE);
        }
    }

    /** What was never begun is not sent; what was begun is for {@link #setupResend}. */
    private void cancelAll() {
        writing = null;
        unwritten = NOTHING;
        Operation next;
        while ((next = waiting.poll()) != null) {
            next.cancel();
        }
    }

    /** The connection is lost: nothing is ever sent again, and no answer comes. */
    @Override
    public void setupResend() {
        closed = true;
        Operation next;
        while ((next = asked.poll()) != null) {
            next.cancel();
        }
        write();
    }

    /** For the I/O thread, when the socket has room again. */
    @Override
    public int writeSome() {
        write();
        return 0;
    }

    @Override
    public int getBytesRemainingToWrite() {
        return stalled ? 1 : 0;
    }

    @Override
    public boolean hasWriteOp() {
        return stalled;
    }

    /** For the I/O thread: hands what has come to the operations it answers. */
    void read(ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            Operation next = asked.peek();
            if (next == null) {
                throw new IOException("an answer to what was not asked");
            }
            synchronized (next) {
                next.readFromBuffer(data);
                if (next.getState() == OperationState.COMPLETE) {
                    asked.remove();
                }
            }
        }
    }

    @Override
    public Operation getCurrentReadOp() {
        return reader;
    }

    /** Never called: the {@link AnswerReader} is never complete. */
    @Override
    public Operation removeCurrentReadOp() {
        return reader;
    }

    @Override
    public boolean hasReadOp() {
        return !asked.isEmpty();
    }

    /** Answers are always listened for, so that a request does not have to wake the I/O thread. */
    @Override
    public void fixupOps() {
        SelectionKey selected = key;
        SocketChannel from = channel;
        if (selected == null || !selected.isValid() || from == null) {
            return;
        }
        if (from.isConnected() && (selected.interestOps() & SelectionKey.OP_READ) == 0) {
            selected.interestOpsOr(SelectionKey.OP_READ);
            selected.interestOpsAnd(~SelectionKey.OP_CONNECT);
        }
    }

    @Override
    public int getSelectionOps() {
        SelectionKey selected = key;
        return selected == null || !selected.isValid() ? 0 : selected.interestOps();
    }

    @Override
    public ByteBuffer getRbuf() {
        return input;
    }

    @Override
    public SocketAddress getSocketAddress() {
        return address;
    }

    @Override
    public boolean isActive() {
        SocketChannel now = channel;
        return connected && now != null && now.isConnected();
    }

    @Override
    public void reconnecting() {
        connected = false;
    }

    @Override
    public void connected() {
        connected = true;
    }

    @Override
    public int getReconnectCount() {
        return connected ? 0 : 1;
    }

    @Override
    public void registerChannel(SocketChannel to, SelectionKey selected) {
        channel = to;
        key = selected;
    }

    @Override
    public void setChannel(@Nullable SocketChannel to) {
        channel = to;
    }

    @Override
    public @Nullable SocketChannel getChannel() {
        return channel;
    }

    @Override
    public void setSk(@Nullable SelectionKey to) {
        key = to;
        fixupOps();
    }

    @Override
    public @Nullable SelectionKey getSk() {
        return key;
    }

    @Override
    public @Nullable MemcachedConnection getConnection() {
        return connection;
    }

    @Override
    public void setConnection(MemcachedConnection to) {
        connection = to;
    }

    /** Without what is asked: it holds session ids. */
    @Override
    public String toString() {
        return String.valueOf(address);
    }

    // What the client asks of nodes that queue, log in, optimize or count timeouts by themselves.

    @Override
    public void copyInputQueue() {}

    @Override
    public Collection<Operation> destroyInputQueue() {
        return List.of();
    }

    @Override
    public void fillWriteBuffer(boolean optimize) {}

    @Override
    public void transitionWriteItem() {}

    @Override
    public @Nullable Operation getCurrentWriteOp() {
        return null;
    }

    @Override
    public @Nullable Operation removeCurrentWriteOp() {
        return null;
    }

    @Override
    public void insertOp(Operation operation) {
        addOp(operation);
    }

    @Override
    public ByteBuffer getWbuf() {
        return NOTHING;
    }

    @Override
    public boolean isAuthenticated() {
        return true;
    }

    @Override
    public void authComplete() {}

    @Override
    public void setupForAuth() {}

    @Override
    public long lastReadDelta() {
        return 0;
    }

    @Override
    public void completedRead() {}

    @Override
    public void setContinuousTimeout(boolean timedOut) {}

    @Override
    public int getContinuousTimeout() {
        return 0;
    }
}
