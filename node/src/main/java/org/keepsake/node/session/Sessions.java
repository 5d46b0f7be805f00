package org.keepsake.node.session;

import io.undertow.servlet.api.DeploymentInfo;
import java.time.Duration;
import org.keepsake.node.memcached.ConnectionSettings;
import org.keepsake.node.memcached.MemcachedConnections;
import org.keepsake.node.memcached.MemcachedNodes;

/**
 * The replicated sessions of one node, shared by all its applications. Thread-safe.
 *
 * <p>{@link #install} prepares an application; its session manager then lives and ends with the deployment. The
 * connections to the stores live until {@link #close}, which comes after every application was undeployed.
 */
public final class Sessions implements AutoCloseable {

    private final MemcachedConnections connections;

    private Sessions(MemcachedConnections connections) {
        this.connections = connections;
    }

    /** Sessions in memcached stores: a home store and a second copy on the next one of the ring. */
    public static Sessions memcached(SessionSettings settings, MemcachedNodes nodes) {
        return new Sessions(
                new MemcachedConnections(ConnectionSettings.withOperationTimeout(settings.operationTimeout()), nodes));
    }

    /**
     * Gives an application replicated sessions: the session manager, the session cookie and the points at which
     * sessions are saved. To be called before {@code deploy()}; the context path, the session cookie and the default
     * time-out are read from the deployment while it deploys, so they may be set before or after.
     */
    public void install(DeploymentInfo deployment) {}

    /** Follows a newer list of stores. */
    public void update(MemcachedNodes nodes) {
        connections.update(nodes);
    }

    /**
     * Waits until every store of the present list is up, or was tried once and is not.
     *
     * @return whether that came about within the time given
     */
    public boolean awaitStores(Duration atMost) throws InterruptedException {
        return connections.awaitFirstContact(atMost);
    }

    @Override
    public void close() {
        connections.close();
    }
}
