package org.keepsake.node.session.restart;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.keepsake.node.session.record.MalformedRecord;
import org.keepsake.node.session.record.NewerRecord;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.repository.SessionId;

/**
 * The bytes of a file of sessions. All integers are big endian. Immutable.
 *
 * <pre>
 * bytes  field
 *  4     magic, 4B 53 53 46 ("KSSF")
 *  1     format version, 1
 *        for each session:
 *          1   1
 *          1   length of the id, then the id in US-ASCII, {@code <sid>-<store>}
 *          8   last access, milliseconds since 1970
 *          4   length of the record, then the record as the node's {@link RecordCodec} writes it
 *  1     0, the end: a file without it was cut
 *  4     number of sessions
 *  4     CRC32C of everything before it
 * </pre>
 *
 * <p>Every later version begins with the magic and its version. Whatever the bytes, reading them ends with the sessions
 * or {@link UnreadableFile}, and allocates no more than a small multiple of their number.
 */
final class SessionFileFormat {

    private static final System.Logger LOG = System.getLogger(SessionFileFormat.class.getName());

    private static final int MAGIC = 0x4B535346;
    private static final int VERSION = 1;
    private static final int SESSION = 1;
    private static final int END = 0;

    private final RecordCodec codec;

    SessionFileFormat(RecordCodec codec) {
        this.codec = codec;
    }

    /** Writes sessions, those left out with a warning that cannot be encoded; returns how many it has written. */
    int write(Iterator<SavedSession> sessions, OutputStream to) throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(to, new CRC32C());
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(checked));
        out.writeInt(MAGIC);
        out.writeByte(VERSION);
        int count = 0;
        while (sessions.hasNext()) {
            count += write(sessions.next(), out);
        }
        out.writeByte(END);
        out.writeInt(count);
        out.flush();
        out.writeInt((int) checked.getChecksum().getValue());
        out.flush();
        return count;
    }

    private int write(SavedSession session, DataOutputStream out) throws IOException {
        byte[] record;
        try {
            record = codec.encode(session.record());
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "session {0}: cannot be saved and ends with this node: {1}",
                    session.id().shortened(),
                    e.getMessage());
            return 0;
        }
        byte[] id = session.id().toString().getBytes(StandardCharsets.US_ASCII);
        out.writeByte(SESSION);
        out.writeByte(id.length);
        out.write(id);
        out.writeLong(session.lastAccess());
        out.writeInt(record.length);
        out.write(record);
        return 1;
    }

    /**
     * Reads what {@link #write} has written.
     *
     * @param size how many bytes there are; no field is believed to be longer
     * @throws UnreadableFile if the bytes are anything else but one whole file of this format
     */
    List<SavedSession> read(InputStream from, long size) throws IOException, UnreadableFile {
        Fields fields = new Fields(from, size);
        checkMagicAndVersion(fields);
        List<SavedSession> sessions = new ArrayList<>();
        Set<SessionId> ids = new HashSet<>();
        for (int mark = fields.unsignedByte(); mark != END; mark = fields.unsignedByte()) {
            if (mark != SESSION) {
                throw new UnreadableFile("mark " + mark + " is neither a session nor the end");
            }
            SavedSession session = session(fields);
            if (!ids.add(session.id())) {
                throw new UnreadableFile("session " + session.id().shortened() + " stands in it twice");
            }
            sessions.add(session);
        }
        checkEnd(fields, sessions.size());
        return sessions;
    }

    private static void checkMagicAndVersion(Fields fields) throws IOException, UnreadableFile {
        if (fields.next(Integer.BYTES).getInt() != MAGIC) {
            throw new UnreadableFile("it does not begin with KSSF");
        }
        int version = fields.unsignedByte();
        if (version > VERSION) {
            throw new UnreadableFile("its format %d is newer than %d, the newest one read here; upgrade this node"
                    .formatted(version, VERSION));
        }
        if (version < VERSION) {
            throw new UnreadableFile("there is no format version " + version);
        }
    }

    private SavedSession session(Fields fields) throws IOException, UnreadableFile {
        String text = StandardCharsets.US_ASCII
                .decode(fields.next(fields.unsignedByte()))
                .toString();
        SessionId id = SessionId.parse(text)
                .filter(parsed -> parsed.toString().equals(text))
                .orElseThrow(() -> new UnreadableFile("an id in it is none of this node's"));
        long lastAccess = fields.next(Long.BYTES).getLong();
        byte[] record = fields.next(fields.next(Integer.BYTES).getInt()).array();
        try {
            return new SavedSession(id, record(text, record), lastAccess);
        } catch (IllegalArgumentException e) {
            throw new UnreadableFile("session " + id.shortened() + ": " + e.getMessage());
        }
    }

    private SessionRecord record(String id, byte[] bytes) throws UnreadableFile {
        try {
            return codec.decode(id, bytes);
        } catch (MalformedRecord e) {
            throw new UnreadableFile(String.valueOf(e.getMessage()));
        } catch (NewerRecord e) {
            throw new UnreadableFile(e.getMessage() + "; " + e.remedy());
        }
    }

    private static void checkEnd(Fields fields, int found) throws IOException, UnreadableFile {
        int count = fields.next(Integer.BYTES).getInt();
        if (count != found) {
            throw new UnreadableFile("it has %d sessions and says that it has %d".formatted(found, count));
        }
        int checksum = fields.checksum();
        if (fields.next(Integer.BYTES).getInt() != checksum) {
            throw new UnreadableFile("the checksum is wrong");
        }
        if (fields.left > 0) {
            throw new UnreadableFile("there are " + fields.left + " bytes too many");
        }
    }

    /** The fields of a file one after the other. */
    private static final class Fields {

        private final InputStream in;
        private final CRC32C crc = new CRC32C();
        private long left;

        Fields(InputStream in, long size) {
            this.in = in;
            this.left = size;
        }

        /** The next bytes; asked for no more than are there, and given no fewer than asked for. */
        ByteBuffer next(int length) throws IOException, UnreadableFile {
            if (length < 0 || length > left) {
                throw new UnreadableFile("a length of " + length + " is past its end, " + left + " bytes on");
            }
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new UnreadableFile("it ends " + (length - bytes.length) + " bytes before its size says");
            }
            left -= length;
            crc.update(bytes);
            return ByteBuffer.wrap(bytes);
        }

        int unsignedByte() throws IOException, UnreadableFile {
            return next(1).get() & 0xFF;
        }

        /** Of everything read until now. */
        int checksum() {
            return (int) crc.getValue();
        }
    }
}
