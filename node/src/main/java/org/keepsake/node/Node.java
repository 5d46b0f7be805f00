package org.keepsake.node;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.keepsake.node.deploy.DeploymentFailed;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.Sessions;

/**
 * A running application node: one HTTP listener, its web applications, and their replicated sessions. Thread-safe.
 */
public final class Node implements AutoCloseable {

    /** The servlet context attribute under which every application finds the node's name, a {@code String}. */
    public static final String NAME_ATTRIBUTE = "org.keepsake.node.name";

    private final InetSocketAddress address;
    private final Sessions sessions;

    private Node(InetSocketAddress address, Sessions sessions) {
        this.address = address;
        this.sessions = sessions;
    }

    /**
     * Binds the port, then deploys, and returns when every application is deployed.
     *
     * @throws BindException when the port is taken, as the system said it
     * @throws DeploymentFailed when an application of {@link NodeConfig#applications} cannot be deployed; the port is
     *     free again
     */
    public static Node start(NodeConfig config, MemcachedNodes nodes) throws IOException {
        return new Node(config.listen(), Sessions.memcached(config.sessions(), nodes));
    }

    /** Follows a newer list of stores; an older one is ignored. */
    public void update(MemcachedNodes nodes) {
        sessions.update(nodes);
    }

    /**
     * Waits until the sessions' stores are up, or were tried once and are not.
     *
     * @return whether that came about within the time given
     */
    public boolean awaitStores(Duration atMost) throws InterruptedException {
        return sessions.awaitStores(atMost);
    }

    /** The address the listener is bound to, with its real port. */
    public InetSocketAddress address() {
        return address;
    }

    /** Refuses new requests, lets those under way finish within the stop time-out, undeploys, and frees the port. */
    @Override
    public void close() {
        sessions.close();
    }
}
