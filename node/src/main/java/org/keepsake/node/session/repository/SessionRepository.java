package org.keepsake.node.session.repository;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.settings.LockSettings;
import org.keepsake.node.store.ListedKey;

/**
 * The place where the sessions of one application are kept. Thread-safe; every method blocks for at most the time
 * allowed for one load or save, then throws {@link SessionsUnavailable}.
 */
public interface SessionRepository {

    /** An id that nobody had before, homed on a store that is up. */
    SessionId newId();

    /**
     * An id that nobody had before, for a session that begins while no store is up.
     *
     * @throws SessionsUnavailable where no store was ever known
     */
    default SessionId newIdWhileAway() {
        return newId();
    }

    /**
     * Reads a session; copies that differ are made equal before it returns.
     *
     * @param before what this node remembers of it, if anything
     * @return empty if there definitely is no session, or no more
     */
    Optional<Remembered> load(SessionId id, @Nullable Remembered before);

    /** Keeps a new session. */
    Remembered create(SessionId id, SessionRecord session);

    /**
     * Merges a request's writes into a session.
     *
     * @param session the session as the request was handed it, with its writes
     * @param written names of the attributes it wrote
     * @param before what this node remembers of the session, if anything; spares the reading when nobody else wrote
     * @return what the stores hold now, under another id if the session was given one meanwhile; empty if the session
     *     has ended, in which case nothing was written
     */
    Optional<Remembered> merge(SessionId id, SessionRecord session, Set<String> written, @Nullable Remembered before);

    /**
     * Tells the stores that the session was used, and has them keep it from now on as long as it may be unused.
     *
     * @param used when, in milliseconds since 1970
     * @return whether it is still there
     */
    boolean touch(SessionId id, int maxInactive, long used);

    /** When the session was last said to be used, in milliseconds since 1970; as good as the nodes' clocks. */
    OptionalLong lastAccess(SessionId id);

    /**
     * Ends a session for good: nothing that any node still holds of it can bring it back.
     *
     * @param last what this node last knew of it
     * @param writer who ends it, see {@link org.keepsake.node.session.record.Stamp}
     * @return whether it was this call that ended it, which at most one call in the cluster is told
     */
    boolean end(SessionId id, SessionRecord last, long writer);

    /**
     * Gives a session another id. Requests with the old id find no session from the moment this begins; what those save
     * that had loaded it before goes where the session is now. Whoever meets a move that was left half done finishes it.
     *
     * @param after an id that nobody had before
     * @param last what this node last knew of it
     * @return the session under its new id, which is another one if somebody else moved it first; empty if it has ended
     */
    Optional<Remembered> move(SessionId id, SessionId after, SessionRecord last, long writer);

    /**
     * Sessions that the stores still have although nobody used them for longer than they may be unused, so that the node
     * that had them can be believed to be gone. At most one node is told at a time.
     */
    default List<SessionId> overdue() {
        return List.of();
    }

    /**
     * Puts a session into the stores that lost it along with all others, from the heap of the node that served it last.
     * Does nothing unless the stores are being put together again.
     */
    default void recover(SessionId id, SessionRecord session) {}

    /** Says that there may be sessions with this time-out in seconds, zero or less for none. */
    default void expect(int maxInactive) {}

    /** The keys under which stores keep a session, and for how long; empty where nothing is copied from store to store. */
    default List<ListedKey> keys(SessionId id, int maxInactive) {
        return List.of();
    }

    /**
     * The locks of these sessions; empty where there is nothing to lock against.
     *
     * @param node the name of this node
     */
    default Optional<SessionLocks> locks(String node, LockSettings settings) {
        return Optional.empty();
    }

    /** The session that a store keeps under a key; empty if it is none of this application. */
    default Optional<SessionId> sessionOf(String key) {
        return Optional.empty();
    }

    /** What happened so far. */
    Counts counts();
}
