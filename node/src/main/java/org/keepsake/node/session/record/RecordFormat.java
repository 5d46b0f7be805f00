package org.keepsake.node.session.record;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The bytes of a session record. All integers are big endian.
 *
 * <pre>
 * bytes  field
 *  4     magic, 4B 53 45 53 ("KSES")
 *  1     format version, 1
 *  2     flags, {@link SessionRecord}; compressed records are not read by this version, and
 *        encrypted ones have another layout from here on (package {@code secret})
 *  8     creation time, milliseconds since 1970
 *  4     max inactive, seconds; zero or less: never
 * 17     stamp of max inactive
 *  4     longest max inactive, seconds
 *  2     length of the id, then the id in UTF-8
 *        only with the flag "moving": 2 bytes length of the new id, then the new id in UTF-8
 *  4     number of attributes, then for each one, in ascending order of the names (Java's, by UTF-16 unit):
 *          2   length of the name, then the name in UTF-8
 *         17   stamp
 *          1   kind, {@link Attribute}
 *          1   length of the transcoder's id, then the id in US-ASCII
 *          4   length of the value, then the value
 *  4     CRC32C of everything before it
 *
 * A stamp: 8 bytes counter (below 2^62), 1 byte origin (0 detected, 1 explicit), 8 bytes writer
 * </pre>
 *
 * <p>Every later version begins with the magic and its version, so that this one can tell it from damage. A record has exactly one encoding, so equal bytes mean equal records. Whatever the bytes, decoding ends with a
 * record, {@link MalformedRecord} or {@link NewerRecord}, and allocates no more than a small multiple of their number.
 */
public final class RecordFormat {

    private static final int MAGIC = 0x4B534553;
    private static final int VERSION = 1;
    private static final int PREAMBLE = 4 + 1;
    private static final int CRC_LENGTH = 4;
    private static final int SMALLEST = PREAMBLE + 2 + 8 + 4 + 17 + 4 + 2 + 4 + CRC_LENGTH;
    private static final int SMALLEST_ATTRIBUTE = 2 + 17 + 1 + 1 + 4;
    private static final int LONGEST_TEXT = 0xFFFF;
    private static final int NOT_READ = SessionRecord.COMPRESSED | SessionRecord.ENCRYPTED;

    private RecordFormat() {}

    /** Whether an attribute of this name fits into a record. */
    public static boolean canName(String name) {
        return name.length() <= LONGEST_TEXT / 3
                && (isAscii(name) || StandardCharsets.UTF_8.newEncoder().canEncode(name));
    }

    /** Nearly all names are, and need no encoder. */
    private static boolean isAscii(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) > 0x7F) {
                return false;
            }
        }
        return true;
    }

    /**
     * Writes a record.
     *
     * @throws IllegalArgumentException if the id or a name is not {@link #canName nameable}
     */
    public static byte[] encode(SessionRecord session) {
        ByteBuffer out = ByteBuffer.allocate(length(session));
        writeHeader(session, out);
        out.putInt(session.attributes().size());
        for (Map.Entry<String, Attribute> entry : session.attributes().entrySet()) {
            writeAttribute(entry.getKey(), entry.getValue(), out);
        }
        out.putInt(crc(out.array(), out.position()));
        return out.array();
    }

    private static int length(SessionRecord session) {
        int length = SMALLEST + lengthOfText(session.id());
        if ((session.flags() & SessionRecord.MOVING) != 0) {
            length += 2 + lengthOfText(session.movedTo());
        }
        for (Map.Entry<String, Attribute> entry : session.attributes().entrySet()) {
            Attribute attribute = entry.getValue();
            int content = attribute.transcoder().length() + attribute.bytes().length;
            length = Math.addExact(length, SMALLEST_ATTRIBUTE + lengthOfText(entry.getKey()) + content);
        }
        return length;
    }

    private static void writeHeader(SessionRecord session, ByteBuffer out) {
        out.putInt(MAGIC);
        out.put((byte) VERSION);
        out.putShort((short) session.flags());
        out.putLong(session.creationTime());
        out.putInt(session.maxInactive());
        writeStamp(session.maxInactiveStamp(), out);
        out.putInt(session.longestMaxInactive());
        writeText(session.id(), out);
        if ((session.flags() & SessionRecord.MOVING) != 0) {
            writeText(session.movedTo(), out);
        }
    }

    private static void writeAttribute(String name, Attribute attribute, ByteBuffer out) {
        writeText(name, out);
        writeStamp(attribute.stamp(), out);
        out.put((byte) attribute.kind());
        out.put((byte) attribute.transcoder().length());
        out.put(attribute.transcoder().getBytes(StandardCharsets.US_ASCII));
        out.putInt(attribute.bytes().length);
        out.put(attribute.bytes());
    }

    private static void writeStamp(Stamp stamp, ByteBuffer out) {
        out.putLong(stamp.counter());
        out.put((byte) (stamp.explicit() ? 1 : 0));
        out.putLong(stamp.writer());
    }

    private static int lengthOfText(String text) {
        if (!canName(text)) {
            throw new IllegalArgumentException(
                    "name of " + text.length() + " characters: is too long or no valid UTF-16");
        }
        return isAscii(text) ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void writeText(String text, ByteBuffer out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putShort((short) bytes.length);
        out.put(bytes);
    }

    /**
     * Reads a record.
     *
     * @throws NewerRecord if the bytes begin as a record of a newer format version, or ask for what this version does
     *     not do; they are not to be replaced
     * @throws MalformedRecord if the bytes are anything else but one whole record of this format
     */
    public static SessionRecord decode(byte[] bytes) throws MalformedRecord, NewerRecord {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        checkMagicAndVersion(in);
        if (bytes.length < SMALLEST) {
            throw new MalformedRecord("session record of " + bytes.length + " bytes: is shorter than its header");
        }
        int end = bytes.length - CRC_LENGTH;
        if (crc(bytes, end) != in.getInt(end)) {
            throw new MalformedRecord("session record of " + bytes.length + " bytes: the checksum is wrong");
        }
        in.limit(end);
        try {
            return readBody(in);
        } catch (BufferUnderflowException e) {
            throw new MalformedRecord("session record of " + bytes.length + " bytes: ends within a field");
        } catch (IllegalArgumentException e) {
            throw new MalformedRecord("session record: " + e.getMessage());
        }
    }

    /** Comes first: of a newer version no more is known than that it begins like this. */
    private static void checkMagicAndVersion(ByteBuffer in) throws MalformedRecord, NewerRecord {
        if (in.remaining() < PREAMBLE) {
            throw new MalformedRecord("session record of " + in.remaining() + " bytes: is shorter than its header");
        }
        if (in.getInt() != MAGIC) {
            throw new MalformedRecord("session record: does not begin with KSES");
        }
        int version = in.get() & 0xFF;
        if (version > VERSION) {
            throw new NewerRecord(
                    "record format %d is newer than %d, the newest one read here".formatted(version, VERSION));
        }
        if (version < VERSION) {
            throw new MalformedRecord("session record: there is no format version " + version);
        }
    }

    private static SessionRecord readBody(ByteBuffer in) throws MalformedRecord, NewerRecord {
        int flags = in.getShort() & 0xFFFF;
        if ((flags & SessionRecord.ENCRYPTED) != 0) {
            throw new NewerRecord("record is encrypted", "give this node the --session-secret-file of the others");
        }
        if ((flags & NOT_READ) != 0) {
            throw new NewerRecord(
                    "record format %d compressed (flags %d) is newer than plain %d, the newest one read here"
                            .formatted(VERSION, flags, VERSION));
        }
        long creationTime = in.getLong();
        int maxInactive = in.getInt();
        Stamp maxInactiveStamp = readStamp(in);
        int longest = in.getInt();
        String id = readText(in);
        String movedTo = (flags & SessionRecord.MOVING) == 0 ? "" : readText(in);
        Map<String, Attribute> attributes = readAttributes(in);
        SessionRecord session =
                new SessionRecord(id, flags, creationTime, maxInactive, maxInactiveStamp, longest, attributes, movedTo);
        if (session.longestMaxInactive() != longest || session.attributes().size() != attributes.size()) {
            throw new MalformedRecord("session record: fields contradict each other");
        }
        return session;
    }

    private static Map<String, Attribute> readAttributes(ByteBuffer in) throws MalformedRecord {
        int count = in.getInt();
        if (count < 0 || count > in.remaining() / SMALLEST_ATTRIBUTE) {
            throw new MalformedRecord("session record: " + count + " attributes do not fit");
        }
        TreeMap<String, Attribute> attributes = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String name = readText(in);
            if (!attributes.isEmpty() && attributes.lastKey().compareTo(name) >= 0) {
                throw new MalformedRecord("session record: names are not in ascending order");
            }
            attributes.put(name, readAttribute(in));
        }
        if (in.hasRemaining()) {
            throw new MalformedRecord("session record: " + in.remaining() + " bytes too many");
        }
        return attributes;
    }

    private static Attribute readAttribute(ByteBuffer in) throws MalformedRecord {
        Stamp stamp = readStamp(in);
        int kind = in.get() & 0xFF;
        String transcoder = new String(readBytes(in, in.get() & 0xFF), StandardCharsets.US_ASCII);
        return new Attribute(stamp, kind, transcoder, readBytes(in, in.getInt()));
    }

    private static Stamp readStamp(ByteBuffer in) throws MalformedRecord {
        long counter = in.getLong();
        int origin = in.get();
        if (origin != 0 && origin != 1) {
            throw new MalformedRecord("session record: stamp origin " + origin + " is neither 0 nor 1");
        }
        return new Stamp(counter, origin == 1, in.getLong());
    }

    private static String readText(ByteBuffer in) throws MalformedRecord {
        ByteBuffer bytes = ByteBuffer.wrap(readBytes(in, in.getShort() & 0xFFFF));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(bytes)
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedRecord("session record: a name is not UTF-8");
        }
    }

    private static byte[] readBytes(ByteBuffer in, int length) throws MalformedRecord {
        if (length < 0 || length > in.remaining()) {
            throw new MalformedRecord("session record: a length of " + length + " is past its end");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
