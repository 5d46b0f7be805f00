package org.keepsake.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One client's answers. They go through the event loop's buffer to the channel; what the channel does not take stays
 * here, and the output is blocked until it does. Used by one event loop.
 *
 * <p>Whoever writes looks at {@link #blocked} first, and writes no more than one command's worth without looking again:
 * so a client that does not read holds one answer at most.
 */
final class Output {

    private static final byte[] NOTHING = {};

    /** Bytes a client may be sent before the other clients of the event loop have their turn. */
    private static final int TURN = 1 << 20;

    private final WritableByteChannel channel;
    private final Statistics statistics;

    /** Shared by the connections of one event loop: empty whenever another connection has its turn. */
    private final ByteBuffer staging;

    /** What the channel did not take, from {@code leftoverFrom} to {@code leftoverTo}; goes out first. */
    private byte @Nullable [] leftover;

    private int leftoverFrom;
    private int leftoverTo;

    /** The data being written, what follows it included, from {@code valueFrom} on; goes out second. */
    private @Nullable Value value;

    private byte[] behindValue = NOTHING;

    private int valueFrom;

    /** What this turn has left; the command that uses it up is carried out whole. */
    private int quota = TURN;

    Output(WritableByteChannel channel, ByteBuffer staging, Statistics statistics) {
        this.channel = channel;
        this.staging = staging;
        this.statistics = statistics;
    }

    /** Begins another connection's turn: it may write so much and so long as others can wait. */
    void startTurn() {
        quota = TURN;
    }

    /** The others have their turn next, however little was written. */
    void endTurn() {
        quota = 0;
    }

    /** Whether this turn is over: nothing may be written until the next. */
    boolean blocked() {
        return quota <= 0 || pending();
    }

    /** Whether the channel has not taken everything. */
    boolean pending() {
        return leftover != null || value != null;
    }

    void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    void write(byte[] bytes, int from, int to) throws IOException {
        if (value != null) {
            throw new IllegalStateException("written behind data that is not out yet");
        }
        quota -= to - from;
        int at = from;
        while (at < to && leftover == null) {
            int length = Math.min(to - at, staging.remaining());
            staging.put(bytes, at, length);
            at += length;
            if (at < to) {
                drain();
            }
        }
        if (at < to) {
            appendLeftover(bytes, at, to);
        }
    }

    /** Writes data that nothing follows. It is not copied when the output becomes blocked. */
    void writeValue(Value data) throws IOException {
        writeValue(data, NOTHING);
    }

    /** Writes the data and what is {@code behind} it, which is not copied either. */
    void writeValue(Value data, byte[] behind) throws IOException {
        quota -= data.length();
        if (leftover == null && data.length() + behind.length <= staging.remaining()) {
            for (int i = 0; i < data.chunks(); i++) {
                staging.put(data.chunk(i));
            }
            staging.put(behind);
            return;
        }
        value = data;
        behindValue = behind;
        valueFrom = 0;
        if (leftover == null) {
            stageValue();
        }
    }

    /** Writes what the channel takes; nothing is {@link #pending} when that was everything. */
    void flush() throws IOException {
        if (leftover != null) {
            drainLeftover();
        }
        if (leftover == null) {
            stageValue();
        }
        if (leftover == null) {
            drain();
        }
    }

    /** Bytes of memory that are kept from being freed. */
    int held() {
        return (leftover == null ? 0 : leftover.length) + (value == null ? 0 : value.length());
    }

    /** Puts data into the staging buffer, and on, until it is all there or the channel takes no more. */
    private void stageValue() throws IOException {
        while (value != null && leftover == null) {
            if (valueFrom == value.length() + behindValue.length) {
                value = null;
            } else if (!staging.hasRemaining()) {
                drain();
            } else if (valueFrom < value.length()) {
                byte[] chunk = value.chunk(valueFrom / Value.CHUNK);
                int offset = valueFrom % Value.CHUNK;
                int length = Math.min(chunk.length - offset, staging.remaining());
                staging.put(chunk, offset, length);
                valueFrom += length;
            } else {
                staging.put(behindValue[valueFrom - value.length()]);
                valueFrom++;
            }
        }
    }

    private void drain() throws IOException {
        staging.flip();
        try {
            send(staging);
            if (staging.hasRemaining()) {
                leftover = new byte[staging.remaining()];
                leftoverFrom = 0;
                leftoverTo = leftover.length;
                staging.get(leftover);
            }
        } finally {
            staging.clear();
        }
    }

    private void drainLeftover() throws IOException {
        while (leftover != null) {
            int length = Math.min(leftoverTo - leftoverFrom, staging.capacity());
            staging.put(leftover, leftoverFrom, length).flip();
            int sent;
            try {
                sent = send(staging);
            } finally {
                staging.clear();
            }
            leftoverFrom += sent;
            if (leftoverFrom == leftoverTo) {
                leftover = null;
            } else if (sent < length) {
                return;
            }
        }
    }

    private int send(ByteBuffer buffer) throws IOException {
        int sent = buffer.hasRemaining() ? channel.write(buffer) : 0;
        statistics.count(Counter.BYTES_WRITTEN, sent);
        return sent;
    }

    private void appendLeftover(byte[] bytes, int from, int to) {
        byte[] old = leftover == null ? new byte[0] : leftover;
        int length = to - from;
        int capacity = Math.max(leftoverTo + length, old.length * 2);
        leftover = leftoverTo + length <= old.length ? old : Arrays.copyOf(old, capacity);
        System.arraycopy(bytes, from, leftover, leftoverTo, length);
        leftoverTo += length;
    }
}
