package org.keepsake.node.session;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.repository.Keys;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.restart.SessionFile;
import org.keepsake.node.store.ListedKey;

/** Where the sessions of all applications of one node are kept. Thread-safe. */
interface SessionStorage extends AutoCloseable {

    /** The sessions of one application, under its keys. */
    SessionRepository repository(Keys keys, SessionSettings settings);

    /**
     * Where the sessions of an application wait while the node restarts; empty if they live on elsewhere, or end with it.
     *
     * @param context its context path
     * @param version its version, or ""
     */
    Optional<SessionFile> file(String context, String version);

    /** Whether sessions are kept outside of this process, and so have to be encoded. */
    boolean isShared();

    /** Says what puts the sessions in this node's heap into the stores, should these have lost theirs. */
    default void recoverWith(Runnable pushHeaps) {}

    /** Says under which keys the sessions are kept that this node has in its heap, and for how long. */
    default void listWith(Supplier<List<ListedKey>> keysOfHeaps) {}

    /** What other nodes change, where each node hears of that at once. */
    default Optional<RemoteChanges> remoteChanges() {
        return Optional.empty();
    }

    /** Follows a newer list of stores. */
    default void update(MemcachedNodes nodes) {}

    /**
     * Waits until every store of the present list is up, or was tried once and is not.
     *
     * @return whether that came about within the time given
     */
    boolean awaitStores(Duration atMost) throws InterruptedException;

    /** Whether this node reaches every store, and every store has everything it is to have. */
    boolean reachesAllStores();

    /** Whether no node reaches a store that is believed, as all of them said lately. */
    boolean isAway();

    /** Whether this node reached a store that is believed within the last moments. */
    boolean isReaching();

    /** What the nodes have agreed on about the stores, for people. */
    String describe();

    @Override
    void close();
}
