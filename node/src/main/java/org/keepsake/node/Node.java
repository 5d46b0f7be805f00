package org.keepsake.node;

import io.undertow.servlet.api.DeploymentInfo;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.keepsake.node.deploy.Deployer;
import org.keepsake.node.deploy.DeploymentFailed;
import org.keepsake.node.deploy.LentLibraries;
import org.keepsake.node.deploy.SessionOverrides;
import org.keepsake.node.grid.GridMember;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.SessionSettings;
import org.keepsake.node.session.SessionStatistics;
import org.keepsake.node.session.Sessions;
import org.keepsake.node.session.settings.SessionManagerKind;
import org.keepsake.node.session.view.Peers;
import org.keepsake.node.users.Users;

/**
 * A running application node: one HTTP listener, its web applications, and their replicated sessions. Thread-safe.
 *
 * <p>The node is made to stand behind a balancer: a peer with a loopback or private address is believed what it says of
 * the client in {@code X-Forwarded-For}, {@code -Proto}, {@code -Host} and {@code -Port}.
 */
public final class Node implements AutoCloseable {

    /** The servlet context attribute under which every application finds the node's name, a {@code String}. */
    public static final String NAME_ATTRIBUTE = "org.keepsake.node.name";

    private static final System.Logger LOG = System.getLogger(Node.class.getName());

    private final NodeConfig config;
    private final Sessions sessions;

    /** For applications whose sessions are not to leave the node, if there may be any. */
    private final Optional<Sessions> localSessions;

    private final Contexts contexts;
    private final Listener listener;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Node(NodeConfig config, Sessions sessions, Contexts contexts, Listener listener) {
        this.config = config;
        this.sessions = sessions;
        this.localSessions = config.sessions().requireDistributable()
                ? Optional.of(Sessions.standard(config.sessions()))
                : Optional.empty();
        this.contexts = contexts;
        this.listener = listener;
    }

    /** A node that is alone: its view of the stores needs nobody's consent. */
    public static Node start(NodeConfig config, MemcachedNodes nodes) throws IOException {
        return start(config, nodes, Peers.NONE, Optional.empty());
    }

    /**
     * Binds the port, then deploys, and returns when every application is deployed. Until then requests get 503.
     *
     * @param peers the other nodes, with which this one agrees on the stores that may be believed
     * @param grid this node among those that hold sessions in their memory, where these do
     * @throws BindException when the port is taken, as the system said it
     * @throws DeploymentFailed when an application of {@link NodeConfig#applications} cannot be deployed; the port is
     *     free again
     */
    public static Node start(NodeConfig config, MemcachedNodes nodes, Peers peers, Optional<GridMember> grid)
            throws IOException {
        Contexts contexts = new Contexts();
        Listener listener = Listener.bind(config.listen(), contexts, config.stopTimeout());
        try {
            return deployed(new Node(config, sessions(config.sessions(), nodes, peers, grid), contexts, listener));
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    private static Sessions sessions(
            SessionSettings settings, MemcachedNodes nodes, Peers peers, Optional<GridMember> grid) {
        return switch (settings.manager()) {
            case MEMCACHED -> Sessions.memcached(settings, nodes, peers);
            case BACKUP -> Sessions.backup(settings, grid.orElseThrow(), peers);
            case DELTA -> Sessions.delta(settings, grid.orElseThrow(), peers);
            case PERSISTENT -> Sessions.persistent(settings, peers);
            case STANDARD -> Sessions.standard(settings);
        };
    }

    private static Node deployed(Node node) throws IOException {
        try {
            node.deployAll();
            return node;
        } catch (IOException | RuntimeException e) {
            node.close();
            throw e;
        }
    }

    private void deployAll() throws IOException {
        Users users =
                config.usersFile().isPresent() ? Users.read(config.usersFile().get()) : Users.none();
        Deployer deployer = new Deployer(
                config.workDirectory().resolve(config.name()),
                config.sessions().maxInactive(),
                Map.of(NAME_ATTRIBUTE, config.name()),
                users,
                this::install);
        for (WebApplication application : config.applications()) {
            deploy(deployer, application);
        }
        for (Path war : webapps()) {
            try {
                deploy(deployer, new WebApplication(war, Optional.empty()));
            } catch (DeploymentFailed e) {
                LOG.log(System.Logger.Level.WARNING, "node {0}: left out {1}", config.name(), e.getMessage());
            }
        }
        contexts.open();
    }

    /** The specification lets a container replicate only what is marked; ours replicates everything unless told. */
    private void install(DeploymentInfo application, boolean distributable, SessionOverrides own)
            throws DeploymentFailed {
        String context = application.getContextPath();
        SessionSettings settings = own.over(config.sessions());
        LentLibraries.lend(application.getClassLoader(), settings.records());
        if (distributable || settings.manager() == SessionManagerKind.STANDARD) {
            sessions.install(application, settings);
        } else if (localSessions.isPresent()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "application {0}: is not <distributable/> throughout; its sessions stay on this node",
                    context);
            localSessions.get().install(application, settings);
        } else {
            LOG.log(
                    System.Logger.Level.INFO,
                    "application {0}: is not <distributable/> throughout; its sessions are replicated all the same"
                            + " (--require-distributable keeps them here)",
                    context);
            sessions.install(application, settings);
        }
    }

    private void deploy(Deployer deployer, WebApplication application) throws DeploymentFailed {
        contexts.requireFree(Deployer.contextOf(application.war(), application.context()), application.war());
        contexts.add(deployer.deploy(application.war(), application.context()));
    }

    /** WAR files and exploded directories, by name; an exploded {@code shop} beside {@code shop.war} goes first. */
    private List<Path> webapps() throws IOException {
        if (config.webapps().isEmpty()) {
            return List.of();
        }
        Path directory = config.webapps().get();
        if (!Files.isDirectory(directory)) {
            throw new DeploymentFailed("webapps " + directory + ": is not a directory");
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Node::isApplication).sorted().toList();
        }
    }

    private static boolean isApplication(Path file) {
        String name = String.valueOf(file.getFileName());
        if (name.startsWith(".")) {
            return false;
        }
        return Files.isDirectory(file) || name.regionMatches(true, name.length() - 4, ".war", 0, 4);
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

    /** What happened to the sessions of each application since it was deployed. */
    public List<SessionStatistics> statistics() {
        return Stream.concat(Stream.of(sessions), localSessions.stream())
                .flatMap(some -> some.statistics().stream())
                .toList();
    }

    /** What the nodes have agreed on about the sessions' stores, for people. */
    public String describeStores() {
        return sessions.describeStores();
    }

    /** The address the listener is bound to, with its real port. */
    public InetSocketAddress address() {
        return listener.address();
    }

    /**
     * Refuses new requests, lets those under way finish within the stop time-out, undeploys, and frees the port. Closing
     * again does nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        listener.drain();
        contexts.close();
        sessions.close();
        localSessions.ifPresent(Sessions::close);
        listener.close();
    }
}
