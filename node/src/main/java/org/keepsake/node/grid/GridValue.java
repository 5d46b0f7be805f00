package org.keepsake.node.grid;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A value as the members hold it: 8 bytes of version, 8 bytes of expiry in milliseconds of the cluster's time, 0 for
 * never, then the value itself; big-endian. Immutable.
 *
 * @param version random, so that no other value of this key ever has the same
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record GridValue(long version, long expiry, byte[] value) {

    private static final int HEAD = 2 * Long.BYTES;

    byte[] encode() {
        return ByteBuffer.allocate(HEAD + value.length)
                .putLong(version)
                .putLong(expiry)
                .put(value)
                .array();
    }

    /** @throws IllegalArgumentException if it is no such value */
    static GridValue decode(byte[] bytes) {
        if (bytes.length < HEAD) {
            throw new IllegalArgumentException("a value of %d bytes, less than %d".formatted(bytes.length, HEAD));
        }
        return new GridValue(version(bytes), expiry(bytes), Arrays.copyOfRange(bytes, HEAD, bytes.length));
    }

    static long version(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    static long expiry(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong(Long.BYTES);
    }
}
