package org.keepsake.node.session.record;

/** How a record becomes the bytes that stores keep, and back. Thread-safe. */
public interface RecordCodec {

    /** As {@link RecordFormat} has it, readable by anyone who can read the store. */
    RecordCodec PLAIN = new RecordCodec() {
        @Override
        public byte[] encode(SessionRecord record) {
            return RecordFormat.encode(record);
        }

        @Override
        public SessionRecord decode(String id, byte[] bytes) throws MalformedRecord, NewerRecord {
            SessionRecord record = RecordFormat.decode(bytes);
            if (!record.id().equals(id)) {
                throw new MalformedRecord("it is another session's");
            }
            return record;
        }
    };

    /** Encodes a record; two encodings of equal records need not be equal. */
    byte[] encode(SessionRecord record);

    /**
     * Reads what a store answered.
     *
     * @param id the session that was asked for, {@code <sid>-<store>}; another session's record is malformed
     * @throws MalformedRecord if the bytes are no record of this session, or were tampered with
     * @throws NewerRecord if a newer version wrote it
     */
    SessionRecord decode(String id, byte[] bytes) throws MalformedRecord, NewerRecord;
}
