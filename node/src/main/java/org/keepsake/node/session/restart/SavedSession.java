package org.keepsake.node.session.restart;

import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.repository.SessionId;

/**
 * A session while no node has it. Immutable.
 *
 * @param lastAccess when it was last used, in milliseconds since 1970, zero or more
 */
public record SavedSession(SessionId id, SessionRecord record, long lastAccess) {

    public SavedSession {
        if (lastAccess < 0) {
            throw new IllegalArgumentException("last access " + lastAccess + ": is before 1970");
        }
        if (!record.id().equals(id.toString()) || record.isTombstone() || record.isMoved()) {
            throw new IllegalArgumentException("its record is another session's, or one that has ended");
        }
    }
}
