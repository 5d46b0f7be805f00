package org.keepsake.node.memcached;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One command of the text protocol (protocol.txt). Read by the I/O thread alone. */
abstract class TextOperation extends StoreOperation {

    private static final int USUAL_LINE = 64;
    private static final int LONGEST_LINE = 2048;
    private static final byte[] NOTHING = new byte[0];

    /** Made when the reply comes: many operations may wait for one. */
    private byte[] line = NOTHING;

    private int lineLength;

    TextOperation(byte[] request, Pending<?> pending) {
        super(request, pending);
    }

    /** Takes one line without its line end; called until the operation is {@link #over()}. */
    abstract void readLine(String text) throws IOException;

    /** Takes bytes that do not belong to a line, and returns whether it wants more before the next line. */
    boolean readData(ByteBuffer data) throws IOException {
        return false;
    }

    @Override
    final void read(ByteBuffer data) throws IOException {
        if (!readData(data) && data.hasRemaining()) {
            takeByte(data.get());
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
            line = Arrays.copyOf(line, Math.max(USUAL_LINE, 2 * lineLength));
        }
        line[lineLength++] = b;
    }
}
