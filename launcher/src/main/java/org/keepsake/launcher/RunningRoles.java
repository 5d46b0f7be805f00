package org.keepsake.launcher;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.Balancer;
import org.keepsake.balancer.rotation.UpstreamStatus;
import org.keepsake.launcher.admin.AdminPage;
import org.keepsake.launcher.admin.AdminServer;
import org.keepsake.launcher.cluster.ClusterMember;
import org.keepsake.launcher.cluster.Membership;
import org.keepsake.launcher.cluster.Role;
import org.keepsake.launcher.cluster.Service;
import org.keepsake.launcher.options.UsageError;
import org.keepsake.node.Node;
import org.keepsake.node.NodeConfig;
import org.keepsake.node.deploy.DeploymentFailed;
import org.keepsake.node.grid.GridMember;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.SessionStatistics;
import org.keepsake.node.session.settings.SessionManagerKind;
import org.keepsake.store.Store;
import org.keepsake.store.StoreConfig;

/**
 * The roles of this process and the one cluster member they share. Store and balancer serve first, then the member
 * begins to join, and beside that the node deploys its applications. Every membership becomes a view for each role.
 *
 * <p>The roles are written once, by the thread that starts them, and read by the member's thread and the one that stops
 * them. Both sides write before they read, and a role ignores a view older than its own, so no view is missed.
 */
final class RunningRoles implements ClusterMember.Listener {

    private static final System.Logger LOG = System.getLogger(RunningRoles.class.getName());

    /** How long a node that has deployed waits for its stores before it takes requests all the same. */
    private static final Duration STORE_CONTACT = Duration.ofSeconds(10);

    /** How long a node that is to have sessions of others waits for them before it takes requests all the same. */
    private static final Duration ALL_SESSIONS = Duration.ofMinutes(10);

    /** How long a store waits for the cluster before it is called ready all the same. */
    private static final Duration JOINED = Duration.ofSeconds(15);

    /** How long the word that a node drains may take to every balancer; it is one message away. */
    private static final Duration DRAINING_HEARD = Duration.ofMillis(500);

    private final RoleSettings settings;
    private final UpstreamView upstreams;
    private final NodeStores stores;
    private final SharedStores shared;
    private final Consumer<String> refused;
    private final AtomicBoolean refusedOnce = new AtomicBoolean();
    private volatile Service.State state = Service.State.STARTING;

    private volatile @Nullable AdminServer admin;
    private volatile @Nullable Store store;
    private volatile @Nullable Balancer balancer;
    private volatile @Nullable Node node;
    private volatile @Nullable ClusterMember member;

    private RunningRoles(RoleSettings settings, Consumer<String> refused) {
        this.settings = settings;
        this.refused = refused;
        this.upstreams = new UpstreamView(settings.upstreams.upstreams());
        this.stores = new NodeStores(settings.memcachedNodes);
        this.shared = new SharedStores(
                settings.cluster.name(), settings.node.map(NodeConfig::name).orElse(""), stores, this::use);
    }

    /**
     * Starts every role and returns; the process then lives until it is told to stop.
     *
     * @param refused is told a sentence when the cluster cannot take this process
     * @throws UsageError when a port is taken or an application cannot be deployed; nothing is left running
     */
    static void start(RoleSettings settings, Consumer<String> refused) {
        RunningRoles roles = new RunningRoles(settings, refused);
        Runtime.getRuntime().addShutdownHook(new Thread(roles::stop, "keepsake-stop"));
        if (settings.endWithParent()) {
            ParentWatch.start();
        }
        roles.startAll();
    }

    private void startAll() {
        admin = bound(
                "admin",
                settings.admin,
                "--admin-port",
                () -> AdminServer.start(settings.admin, settings.adminAccess, pages()));
        settings.store.ifPresent(config -> {
            store = bound("store", config.listen(), "--store-port", () -> Store.start(config));
        });
        settings.balancer.ifPresent(config -> {
            balancer = bound(
                    "balancer",
                    config.listen().http(),
                    "--balancer-port",
                    () -> Balancer.start(config, settings.upstreams));
        });
        Optional<GridMember> grid = settings.grid();
        ClusterMember joining =
                ClusterMember.start(settings.cluster, settings.services, grid.map(SessionGrid::new), this);
        member = joining;
        settings.node.ifPresent(config -> startNode(config, joining, grid));
        settings.store.ifPresent(config -> awaitNodesKnow(config, joining));
        state = Service.State.READY;
        LOG.log(INFO, "ready, {0} ms after the start of the process", Long.toString(age().toMillis()));
    }

    private void startNode(NodeConfig config, ClusterMember joining, Optional<GridMember> grid) {
        ClusterPeers peers = new ClusterPeers(joining.questions(), shared);
        SessionManagerKind manager = config.sessions().manager();
        if (manager == SessionManagerKind.MEMCACHED) {
            shared.join(peers);
        } else if (!manager.isShared()) {
            // Others that ask must not wait for it.
            joining.questions().answerWith(question -> "");
        }
        Node started =
                bound("node", config.listen(), "--node-port", () -> Node.start(config, stores.current(), peers, grid));
        node = started;
        started.update(stores.current());
        if (manager.isShared() && !storesAnswer(manager, started)) {
            LOG.log(
                    WARNING,
                    "node {0}: not every session store answers, or none is known; requests that need a session may be answered 503",
                    config.name());
        }
        LOG.log(INFO, "node {0}: serves http://{1}/", config.name(), text(config.listen()));
        joining.announce(Role.NODE, Service.State.READY);
    }

    /**
     * A store serves at once, but tells that it is ready only when the nodes have heard of it: before, no session has a
     * copy here, and who takes another store for spare would be wrong.
     */
    private void awaitNodesKnow(StoreConfig config, ClusterMember joining) {
        try {
            if (!joining.awaitHeardOf(JOINED)) {
                LOG.log(
                        WARNING,
                        "store {0}: the cluster is not joined yet; only nodes that name it in --memcached-nodes use it",
                        config.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until a store is known, and then until each that is known was tried. */
    private boolean storesAnswer(SessionManagerKind manager, Node node) {
        try {
            boolean known = manager != SessionManagerKind.MEMCACHED || stores.awaitKnown(STORE_CONTACT);
            return known && node.awaitStores(manager.isGrid() ? ALL_SESSIONS : STORE_CONTACT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void changed(Membership membership) {
        Balancer balancing = balancer;
        if (balancing != null) {
            balancing.update(upstreams.of(membership));
        }
        use(stores.follow(membership));
        shared.membersChanged();
    }

    private void use(MemcachedNodes ring) {
        Node running = node;
        if (running != null) {
            running.update(ring);
        }
    }

    private Map<String, AdminPage> pages() {
        Map<String, AdminPage> pages = new HashMap<>();
        pages.put("/health", new HealthPage(() -> state));
        pages.put("/metrics", new MetricsPage(() -> state, this::statistics, this::upstreamStatus));
        settings.balancer.ifPresent(config -> pages.put("/api/upstreams", new UpstreamsPage(() -> balancer)));
        settings.node.ifPresent(config -> {
            pages.put("/api/sessions/statistics", new StatisticsPage(this::statistics));
            if (config.sessions().manager() == SessionManagerKind.MEMCACHED) {
                pages.put("/api/memcached-nodes", new MemcachedNodesPage(stores, this::view, shared));
            }
        });
        return pages;
    }

    private List<SessionStatistics> statistics() {
        Node running = node;
        return running == null ? List.of() : running.statistics();
    }

    private List<UpstreamStatus> upstreamStatus() {
        Balancer running = balancer;
        return running == null ? List.of() : running.upstreams();
    }

    private String view() {
        Node running = node;
        return running == null ? "the node is starting" : running.describeStores();
    }

    @Override
    public void refused(String sentence) {
        if (refusedOnce.getAndSet(true)) {
            return;
        }
        // The exit runs stop(), which waits for the thread that calls this.
        new Thread(() -> refused.accept(sentence), "keepsake-refused").start();
    }

    /** Unready first, so that others send nothing new; then the roles, each letting what is under way finish. */
    private void stop() {
        boolean served = state == Service.State.READY;
        state = Service.State.DRAINING;
        ClusterMember joined = member;
        if (joined != null) {
            settings.services.forEach(service -> joined.announce(service.role(), Service.State.DRAINING));
            letBalancersHear();
        }
        close(balancer);
        close(shared);
        close(node);
        settings.workDirectory.ifPresent(WorkDirectory::removeIfTemporary);
        close(member);
        close(store);
        close(admin);
        if (served) {
            LOG.log(INFO, "stopped");
        }
    }

    /** A node goes on serving until every balancer knows that it drains: what they still send must not be refused. */
    private void letBalancersHear() {
        if (node == null) {
            return;
        }
        try {
            Thread.sleep(
                    Math.min(DRAINING_HEARD.toMillis(), settings.drainTimeout().toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(@Nullable AutoCloseable closeable) {
        if (closeable != null) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOG.log(WARNING, "stop: " + closeable.getClass().getSimpleName(), e);
            }
        }
    }

    private interface Start<T> {
        T now() throws IOException;
    }

    private static <T> T bound(String what, InetSocketAddress address, String option, Start<T> start) {
        try {
            return start.now();
        } catch (BindException e) {
            throw new UsageError("%s: port %d on %s cannot be bound (%s); choose another with %s or --host"
                    .formatted(what, address.getPort(), address.getHostString(), e.getMessage(), option));
        } catch (DeploymentFailed | IllegalArgumentException e) {
            throw new UsageError(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UsageError("%s: it could not start (%s)".formatted(what, e.getMessage()));
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    private static Duration age() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(start -> Duration.between(start, java.time.Instant.now()))
                .orElse(Duration.ZERO);
    }
}
