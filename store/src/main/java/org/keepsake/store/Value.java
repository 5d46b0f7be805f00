package org.keepsake.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An item's data. Immutable, so that it can be sent without a lock after the item was replaced.
 *
 * <p>Long data is cut into chunks: arrays of half a megabyte and more would each take whole regions of the G1 heap.
 */
final class Value {

    /** The longest array a value is made of, in bytes. */
    static final int CHUNK = 32 << 10;

    private final byte[] first;
    /** The chunks after the first: all but the last are {@link #CHUNK} long, as is the first when there are any. */
    private final byte @Nullable [][] rest;

    private final int length;

    private Value(byte[] first, byte @Nullable [][] rest, int length) {
        this.first = first;
        this.rest = rest;
        this.length = length;
    }

    /** Takes the array over, which must not be longer than a chunk. */
    static Value of(byte[] data) {
        return new Value(data, null, data.length);
    }

    /** Takes the arrays over: each but the last exactly a chunk long. */
    static Value of(byte[][] chunks, int length) {
        byte[][] rest = chunks.length == 1 ? null : Arrays.copyOfRange(chunks, 1, chunks.length);
        return new Value(chunks[0], rest, length);
    }

    static Value copyOf(byte[] source, int from, int length) {
        ValueBuffer buffer = new ValueBuffer(length);
        buffer.append(source, from, from + length);
        return buffer.toValue();
    }

    /** This one's data followed by the other's. */
    Value followedBy(Value other) {
        ValueBuffer buffer = new ValueBuffer(length + other.length);
        buffer.append(this);
        buffer.append(other);
        return buffer.toValue();
    }

    int length() {
        return length;
    }

    /** How many arrays the data lies in, at least one. */
    int chunks() {
        return rest == null ? 1 : 1 + rest.length;
    }

    /** Never to be changed. */
    byte[] chunk(int index) {
        return index == 0 || rest == null ? first : rest[index - 1];
    }

    byte[] toBytes() {
        byte[] bytes = new byte[length];
        for (int i = 0; i < chunks(); i++) {
            System.arraycopy(chunk(i), 0, bytes, i * CHUNK, chunk(i).length);
        }
        return bytes;
    }
}
