package org.keepsake.node.session.repository;

import java.util.List;
import java.util.Optional;
import org.keepsake.node.memcached.MemcachedConnection;

/** Which stores hold a session and must answer for it now. Thread-safe; asked again in each round of an operation. */
interface Belief {

    /** The stores a session is read from and written to now, its home first. */
    Holders holders(SessionId id);

    /** A store for a new session, if any is up. */
    Optional<MemcachedConnection> chooseHome();

    /**
     * The stores that must answer.
     *
     * @param stores none if no store can be asked
     * @param substitutes whether they stand in for the session's own two stores, neither of which is up
     */
    record Holders(List<MemcachedConnection> stores, boolean substitutes) {}
}
