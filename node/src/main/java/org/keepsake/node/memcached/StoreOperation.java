package org.keepsake.node.memcached;

import java.io.IOException;
import java.nio.ByteBuffer;
import net.spy.memcached.ops.OperationState;
import net.spy.memcached.protocol.BaseOperationImpl;

/**
 * A command that reads its own reply. The client's own operations drop the connection, and with it all that is
 * pipelined, at every error, and believe every length a server sends.
 *
 * <p>Read by the I/O thread alone.
 */
abstract class StoreOperation extends BaseOperationImpl {

    private static final byte[] GIVEN = new byte[0];

    /** Let go of once it is given to the connection or cancelled; guarded by the monitor of this operation. */
    private byte[] request;

    private final Pending<?> pending;

    StoreOperation(byte[] request, Pending<?> pending) {
        this.request = request;
        this.pending = pending;
        setCallback(pending);
    }

    /** Takes some of what has arrived, and at least one byte of it; called until the operation is {@link #over()}. */
    abstract void read(ByteBuffer data) throws IOException;

    /** The reply is complete. */
    final void over() {
        transitionState(OperationState.COMPLETE);
    }

    /** Ends the epoch; the exception, to be thrown, makes the client drop the connection. */
    final IOException broken(String what) {
        pending.broken(what);
        return new IOException(what);
    }

    @Override
    public final synchronized void initialize() {
        setBuffer(ByteBuffer.wrap(request));
        request = GIVEN;
    }

    /** It may stand in the queue of a frozen store for a while, but not with all its bytes. */
    @Override
    protected final void wasCancelled() {
        request = GIVEN;
    }

    @Override
    public final void readFromBuffer(ByteBuffer data) throws IOException {
        while (getState() != OperationState.COMPLETE && data.hasRemaining()) {
            read(data);
        }
    }

    /** The client keeps this for a kind of server that is not ours. */
    @Override
    public final byte[] getErrorMsg() {
        return new byte[0];
    }

    /** Without the key: it holds a session id, which has no place in a log. */
    @Override
    public final String toString() {
        return getClass().getSimpleName();
    }
}
