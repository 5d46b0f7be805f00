package org.keepsake.balancer.upstream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects lines that end in CR LF. A CR or LF alone, NUL and other control characters but the tab are refused: a peer that
 * sends them might be read differently by somebody else.
 */
final class LineReader {
    private static final int FIRST_SIZE = 128;

    private final int limit;
    private final String tooLong;
    private byte[] line = new byte[FIRST_SIZE];
    private int length;
    private int total;
    private boolean carriageReturn;

    /**
     * @param limit bytes that all lines together may have until {@link #reset()}
     * @param tooLong what to say when they have more
     */
    LineReader(int limit, String tooLong) {
        this.limit = limit;
        this.tooLong = tooLong;
    }

    /** The next line without its end, or null when {@code in} ran out before; what was read is remembered. */
    @Nullable
    String read(ByteBuffer in) throws BadMessageException {
        while (in.hasRemaining()) {
            byte b = in.get();
            if (++total > limit) {
                throw new BadMessageException(tooLong);
            }
            if (carriageReturn) {
                return end(b);
            }
            if (b == '\r') {
                carriageReturn = true;
            } else {
                append(b);
            }
        }
        return null;
    }

    void reset() {
        length = 0;
        total = 0;
        carriageReturn = false;
    }

    private String end(byte b) throws BadMessageException {
        if (b != '\n') {
            throw new BadMessageException("carriage return without line feed");
        }
        // Latin-1 keeps every byte as it is.
        String text = new String(line, 0, length, StandardCharsets.ISO_8859_1);
        length = 0;
        carriageReturn = false;
        return text;
    }

    private void append(byte b) throws BadMessageException {
        if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7f) {
            throw new BadMessageException(
                    b == '\n' ? "line feed without carriage return" : "control character in a line");
        }
        if (length == line.length) {
            line = Arrays.copyOf(line, length * 2);
        }
        line[length++] = b;
    }
}
