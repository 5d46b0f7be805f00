package org.keepsake.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * What makes one value of another: what both begin with and end with stays where it is. The checksum at the end of a
 * record differs whenever anything does, so the last bytes always come along. Immutable.
 *
 * @param from how many bytes at the beginning of the old value stay
 * @param to how many bytes before the last {@link #TAIL} of it stay as well
 * @param between what comes between them
 * @param tail the last bytes of the new value
 */
@SuppressWarnings("ArrayRecordComponent") // sent, never compared
record Patch(int from, int to, byte[] between, byte[] tail) {

    private static final int TAIL = 4;

    static Patch between(byte[] before, byte[] after) {
        int tail = Math.min(TAIL, Math.min(before.length, after.length));
        int most = Math.min(before.length, after.length) - tail;
        int mismatch = Arrays.mismatch(before, 0, most, after, 0, most);
        int from = mismatch < 0 ? most : mismatch;
        int to = 0;
        while (to < most - from && before[before.length - tail - 1 - to] == after[after.length - tail - 1 - to]) {
            to++;
        }
        return new Patch(
                from,
                to,
                Arrays.copyOfRange(after, from, after.length - tail - to),
                Arrays.copyOfRange(after, after.length - tail, after.length));
    }

    /** @throws IllegalArgumentException if it was made of another value */
    byte[] applyTo(byte[] before) {
        if (from + (long) to + tail.length > before.length) {
            throw new IllegalArgumentException("a patch of a value that is longer than " + before.length + " bytes");
        }
        byte[] after = Arrays.copyOf(before, from + between.length + to + tail.length);
        System.arraycopy(between, 0, after, from, between.length);
        System.arraycopy(before, before.length - tail.length - to, after, from + between.length, to);
        System.arraycopy(tail, 0, after, after.length - tail.length, tail.length);
        return after;
    }

    void write(ObjectDataOutput out) throws IOException {
        out.writeInt(from);
        out.writeInt(to);
        out.writeByteArray(between);
        out.writeByteArray(tail);
    }

    /** @throws IOException if it is none */
    static Patch read(ObjectDataInput in) throws IOException {
        int from = in.readInt();
        int to = in.readInt();
        byte[] between = in.readByteArray();
        byte[] tail = in.readByteArray();
        if (from < 0 || to < 0 || between == null || tail == null || tail.length > TAIL) {
            throw new IOException("a patch that is none");
        }
        return new Patch(from, to, between, tail);
    }
}
