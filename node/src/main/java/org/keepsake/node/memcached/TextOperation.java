package org.keepsake.node.memcached;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.spy.memcached.ops.OperationState;
import net.spy.memcached.protocol.BaseOperationImpl;

/**
 * One command of the text protocol (protocol.txt) that reads its own reply. The client's own operations drop the
 * connection, and with it all that is pipelined, at every error line, and believe every length a server sends.
 *
 * <p>Read by the I/O thread alone.
 */
abstract class TextOperation extends BaseOperationImpl {

    private static final int LONGEST_LINE = 2048;

    private final byte[] request;
    private final Pending<?> pending;
    private byte[] line = new byte[64];
    private int lineLength;

    TextOperation(byte[] request, Pending<?> pending) {
        this.request = request;
        this.pending = pending;
        setCallback(pending);
    }

    /** Takes one line without its line end; called until the operation is {@link #over()}. */
    abstract void readLine(String text) throws IOException;

    /** Takes bytes that do not belong to a line, and returns whether it wants more before the next line. */
    boolean readData(ByteBuffer data) throws IOException {
        return false;
    }

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
    public final void initialize() {
        setBuffer(ByteBuffer.wrap(request));
    }

    @Override
    public final void readFromBuffer(ByteBuffer data) throws IOException {
        while (getState() != OperationState.COMPLETE && data.hasRemaining()) {
            if (!readData(data) && data.hasRemaining()) {
                takeByte(data.get());
            }
        }
    }

    private void takeByte(byte b) throws IOException {
        if (b == '\n') {
            int length = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
            lineLength = 0;
            readLine(new String(line, 0, length, StandardCharsets.ISO_8859_1));
            return;
        }
        if (lineLength == LONGEST_LINE) {
            throw broken("a line of more than " + LONGEST_LINE + " bytes");
        }
        if (lineLength == line.length) {
            line = Arrays.copyOf(line, 2 * lineLength);
        }
        line[lineLength++] = b;
    }

    /** The client keeps this for a kind of server that is not ours. */
    @Override
    public final byte[] getErrorMsg() {
        return new byte[0];
    }

    /** Without the key: it holds a session id, which has no place in a log. */
    @Override
    public final String toString() {
        return getClass().getSimpleName() + " of " + request.length + " bytes";
    }
}
