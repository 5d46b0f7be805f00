package org.keepsake.node.session.repository;

import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.MalformedRecord;
import org.keepsake.node.session.record.NewerRecord;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.store.Reply;

/**
 * Makes records of what stores answer, for one operation on one session. Used by one thread.
 *
 * <p>A copy that is damaged may be replaced by a good one. A copy that a newer version wrote ends the operation: what it
 * says is not known here, so it can neither be served nor merged nor replaced.
 */
final class CopyReader {

    private static final System.Logger LOG = System.getLogger(CopyReader.class.getName());

    private final RecordCodec codec;
    private final SessionId id;
    private final Counts counts;

    /** Stores whose copy was said to be damaged: an operation that asks again does not say so again. */
    private final Set<String> told = new HashSet<>();

    CopyReader(RecordCodec codec, SessionId id, Counts counts) {
        this.codec = codec;
        this.id = id;
        this.counts = counts;
    }

    /**
     * The record a store answered with, null if it is damaged.
     *
     * @throws SessionTooNew if a newer version wrote it
     */
    @Nullable
    SessionRecord read(String store, Reply.Found found) {
        try {
            return codec.decode(id.toString(), found.value());
        } catch (MalformedRecord e) {
            noteDamage(store, e.getMessage());
        } catch (NewerRecord e) {
            counts.newer.increment();
            throw new SessionTooNew("session %s: on store %s its %s; it is left as it is, %s"
                    .formatted(id.shortened(), store, e.getMessage(), e.remedy()));
        }
        return null;
    }

    private void noteDamage(String store, @Nullable String why) {
        counts.damaged.increment();
        if (told.add(store)) {
            LOG.log(Level.WARNING, "{0}: copy of session {1} is damaged: {2}", store, id.shortened(), why);
        }
    }
}
