package org.keepsake.node.session.repository;

import java.lang.System.Logger.Level;
import org.keepsake.node.session.record.MalformedRecord;
import org.keepsake.node.session.record.NewerRecord;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;

/**
 * Puts together what two parts of a cluster had of the same key while they did not see each other. Thread-safe.
 *
 * <p>Of a session nothing is lost that only one part wrote. An attribute that both wrote is the one that was written more
 * often; written equally often, it is that of the part with more nodes. A session that one part ended has ended.
 */
public final class PartedRecords {

    private static final System.Logger LOG = System.getLogger(PartedRecords.class.getName());

    private final RecordCodec codec;

    /** Reads and writes records so. */
    public PartedRecords(RecordCodec codec) {
        this.codec = codec;
    }

    /**
     * What is to be under the key from now on.
     *
     * @param present what the larger part had
     * @param coming what the other one had
     */
    public byte[] merged(String key, byte[] present, byte[] coming) {
        if (Keys.isSession(key)) {
            return session(Keys.idIn(key), present, coming);
        }
        return Keys.isLastAccess(key) ? later(present, coming) : present;
    }

    private byte[] session(String id, byte[] present, byte[] coming) {
        try {
            SessionRecord both = SessionRecord.mergeInto(codec.decode(id, present), codec.decode(id, coming));
            return codec.encode(both);
        } catch (MalformedRecord | NewerRecord e) {
            LOG.log(
                    Level.WARNING,
                    "session {0}: what two parts of the cluster had of it cannot be put together, that of the larger part"
                            + " stays: {1}",
                    SessionId.parse(id).map(SessionId::shortened).orElse("?"),
                    e.getMessage());
            return present;
        }
    }

    private static byte[] later(byte[] present, byte[] coming) {
        return StoreRepository.millis(present) >= StoreRepository.millis(coming) ? present : coming;
    }
}
