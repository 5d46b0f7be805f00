package org.keepsake.store;

import java.util.Arrays;

/**
 * Data on its way in. It grows with the bytes that came, never with the length that was announced: at most twice what
 * came, or one chunk more. Used by one thread.
 */
final class ValueBuffer {

    private static final int MIN_CAPACITY = 256;

    private final int announced;
    /** All but the last of the {@code count} chunks in use are full and exactly {@link Value#CHUNK} long. */
    private byte[][] chunks = new byte[1][];

    private int count;
    private int received;

    ValueBuffer(int announced) {
        this.announced = announced;
    }

    /** Takes what is still missing of the announced length, and returns how many bytes that was. */
    int append(byte[] source, int from, int to) {
        int taken = Math.min(to - from, missing());
        int end = from + taken;
        for (int at = from; at < end; ) {
            at += appendToLastChunk(source, at, end);
        }
        return taken;
    }

    void append(Value value) {
        for (int i = 0; i < value.chunks(); i++) {
            append(value.chunk(i), 0, value.chunk(i).length);
        }
    }

    private int appendToLastChunk(byte[] source, int from, int to) {
        int offset = received % Value.CHUNK;
        if (offset == 0) {
            addChunk(to - from);
        }
        int room = Math.min(Value.CHUNK, announced - (count - 1) * Value.CHUNK);
        int taken = Math.min(room - offset, to - from);
        growLastChunk(offset + taken, room);
        System.arraycopy(source, from, chunks[count - 1], offset, taken);
        received += taken;
        return taken;
    }

    private void addChunk(int available) {
        if (count == chunks.length) {
            chunks = Arrays.copyOf(chunks, count * 2);
        }
        int room = Math.min(Value.CHUNK, missing());
        chunks[count++] = new byte[Math.min(room, Math.max(available, MIN_CAPACITY))];
    }

    private void growLastChunk(int needed, int room) {
        byte[] last = chunks[count - 1];
        if (needed > last.length) {
            chunks[count - 1] = Arrays.copyOf(last, Math.min(room, Math.max(needed, last.length * 2)));
        }
    }

    int missing() {
        return announced - received;
    }

    /** Bytes of memory in use. */
    int held() {
        return count == 0 ? 0 : (count - 1) * Value.CHUNK + chunks[count - 1].length;
    }

    /** The whole data, in arrays of exactly its size; only when nothing is missing, and only once. */
    Value toValue() {
        if (count == 0) {
            return Value.of(new byte[0]);
        }
        return Value.of(count == chunks.length ? chunks : Arrays.copyOf(chunks, count), announced);
    }
}
