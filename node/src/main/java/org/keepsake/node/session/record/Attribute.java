package org.keepsake.node.session.record;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * One attribute of a session in its encoded form. Immutable; the bytes are shared and must not be changed.
 *
 * <p>What this version cannot decode (a kind or a transcoder of a later one, a changed class) is carried through
 * untouched.
 *
 * @param stamp which write this is
 * @param kind one of the constants, or 0..255 of a later version
 * @param transcoder who encoded it if the kind is {@link #OBJECT}, else empty; at most 32 of {@code [a-z0-9.-]}
 * @param bytes the encoding
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode below compare the contents
public record Attribute(Stamp stamp, int kind, String transcoder, byte[] bytes) implements Comparable<Attribute> {

    /**
     * Removed; the bytes are the time of it, 8 bytes, milliseconds since 1970.
     *
     * <p>The entry stays as long as the session: its counter is all that tells a write whose request had seen the attribute
     * before it was removed from one that comes later. Without it, the write of a node that was frozen for however long,
     * the copy of a store that was restored from a snapshot, and the heap of a node in a recovery would all be newer than
     * nothing and bring the attribute back. Its time cannot bound that: no request is too long, and clocks differ.
     */
    public static final int REMOVED = 0;
    /** UTF-8. */
    public static final int STRING = 1;
    /** 8 bytes, big endian. */
    public static final int LONG = 2;
    /** 1 byte, 0 or 1. */
    public static final int BOOLEAN = 3;
    /** A byte array as it is. */
    public static final int BYTES = 4;
    /** 4 bytes, big endian. */
    public static final int INT = 5;
    /** 8 bytes, IEEE 754, big endian. */
    public static final int DOUBLE = 6;
    /** What the named transcoder made of an object. */
    public static final int OBJECT = 16;

    private static final Pattern TRANSCODER = Pattern.compile("[a-z0-9.-]{0,32}");

    public Attribute {
        if (kind < 0 || kind > 255) {
            throw new IllegalArgumentException("attribute kind " + kind + ": is not between 0 and 255");
        }
        if (!transcoder.isEmpty() && !TRANSCODER.matcher(transcoder).matches()) {
            throw new IllegalArgumentException(
                    "transcoder " + transcoder + ": only up to 32 lower-case letters, digits, dots and dashes");
        }
    }

    /** The entry that says an attribute was removed at a time, in milliseconds since 1970. */
    public static Attribute removed(Stamp stamp, long atMillis) {
        byte[] time = new byte[Long.BYTES];
        java.nio.ByteBuffer.wrap(time).putLong(atMillis);
        return new Attribute(stamp, REMOVED, "", time);
    }

    /** Whether the attribute is there no more. */
    public boolean isRemoved() {
        return kind == REMOVED;
    }

    /** Whether both say the same, whoever wrote it. */
    public boolean sameContent(Attribute other) {
        return kind == other.kind && transcoder.equals(other.transcoder) && Arrays.equals(bytes, other.bytes);
    }

    /** The same content as another write. */
    public Attribute withStamp(Stamp other) {
        return new Attribute(other, kind, transcoder, bytes);
    }

    /** A total order, the stamp first: the greater one wins a merge, also between damaged twins of one stamp. */
    @Override
    public int compareTo(Attribute other) {
        int order = stamp.compareTo(other.stamp);
        if (order == 0) {
            order = Integer.compare(kind, other.kind);
        }
        if (order == 0) {
            order = transcoder.compareTo(other.transcoder);
        }
        return order != 0 ? order : Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Attribute that && stamp.equals(that.stamp) && sameContent(that);
    }

    @Override
    public int hashCode() {
        return 31 * stamp.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "kind " + kind + ", " + bytes.length + " bytes, " + stamp;
    }
}
