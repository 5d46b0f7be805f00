package org.keepsake.balancer.upstream;

import io.undertow.util.HeaderMap;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The chunked transfer coding (RFC 9112, section 7.1). Chunk extensions are read and dropped. */
final class ChunkedBody extends MessageBody {
    private static final int MAX_LINES = 32 * 1024;

    /** Bytes that trailers may have; what writes them on puts them into one buffer. */
    private static final int MAX_TRAILERS = 8 * 1024;

    private static final int MAX_SIZE_DIGITS = 15;

    private enum State {
        SIZE,
        DATA,
        DATA_END,
        TRAILERS,
        COMPLETE
    }

    private final LineReader lines = new LineReader(MAX_LINES, "chunk header or trailers are larger than " + MAX_LINES);
    private State state = State.SIZE;
    private long remaining;
    private @Nullable HeaderMap trailers;
    private int trailersSize;

    @Override
    public ByteBuffer next(ByteBuffer in) throws BadMessageException {
        while (state != State.COMPLETE) {
            if (state == State.DATA) {
                ByteBuffer payload = take(in, remaining);
                remaining -= payload.remaining();
                if (remaining > 0) {
                    return payload;
                }
                state = State.DATA_END;
                skipFraming(in);
                return payload;
            }
            if (!line(in)) {
                break;
            }
        }
        return take(in, 0);
    }

    /** Goes on past the end of a chunk, so that the end of the body is seen together with its last payload. */
    private void skipFraming(ByteBuffer in) throws BadMessageException {
        while (state != State.DATA && state != State.COMPLETE) {
            if (!line(in)) {
                return;
            }
        }
    }

    private boolean line(ByteBuffer in) throws BadMessageException {
        @Nullable String line = lines.read(in);
        if (line == null) {
            return false;
        }
        switch (state) {
            case SIZE -> startChunk(size(line));
            case DATA_END -> endChunk(line);
            case TRAILERS -> trailer(line);
            case DATA, COMPLETE -> throw new IllegalStateException(state.name());
        }
        return true;
    }

    private void startChunk(long size) {
        remaining = size;
        state = size == 0 ? State.TRAILERS : State.DATA;
        lines.reset();
    }

    private void endChunk(String line) throws BadMessageException {
        if (!line.isEmpty()) {
            throw new BadMessageException("chunk is longer than its size");
        }
        state = State.SIZE;
    }

    private void trailer(String line) throws BadMessageException {
        if (line.isEmpty()) {
            state = State.COMPLETE;
            return;
        }
        trailersSize += line.length();
        if (trailersSize > MAX_TRAILERS) {
            throw new BadMessageException("trailers are larger than " + MAX_TRAILERS + " bytes");
        }
        trailers = trailers == null ? new HeaderMap() : trailers;
        FieldLine.add(line, trailers);
    }

    @Override
    public @Nullable HeaderMap trailers() {
        return trailers;
    }

    private static long size(String line) throws BadMessageException {
        int end = 0;
        long size = 0;
        while (end < line.length() && Character.digit(line.charAt(end), 16) >= 0 && line.charAt(end) < 0x80) {
            size = size * 16 + Character.digit(line.charAt(end), 16);
            if (++end > MAX_SIZE_DIGITS) {
                throw new BadMessageException("chunk size is too large");
            }
        }
        boolean extension = end < line.length() && (line.charAt(end) == ';' || line.charAt(end) == ' ');
        if (end == 0 || (end < line.length() && !extension)) {
            throw new BadMessageException("chunk size is not a hexadecimal number");
        }
        return size;
    }

    @Override
    public boolean complete() {
        return state == State.COMPLETE;
    }

    @Override
    public boolean mayEnd() {
        return complete();
    }
}
