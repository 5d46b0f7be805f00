package org.keepsake.node.session.repository;

import java.util.Arrays;
import java.util.Map;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.store.Reply;

/**
 * What a node remembers of the last time it read or wrote a session, so that the next read need not decode and the
 * next write need not read. Immutable.
 *
 * @param record the session as it was then
 * @param bytes its encoding
 * @param seen by store, the answers under which each store held this very record; empty after a write, because a store
 *     does not tell the new CAS id
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Remembered(SessionRecord record, byte[] bytes, Map<String, Reply.Found> seen) {

    public Remembered {
        seen = Map.copyOf(seen);
    }

    /** Whether a store's answer is the remembered record, told without decoding it. */
    boolean isStill(String store, Reply.Found found) {
        Reply.Found before = seen.get(store);
        if (before != null && before.epoch() == found.epoch() && before.cas() == found.cas()) {
            return true;
        }
        return Arrays.equals(bytes, found.value());
    }
}
