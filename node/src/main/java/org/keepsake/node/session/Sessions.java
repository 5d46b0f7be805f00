package org.keepsake.node.session;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.servlet.api.Deployment;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.ExceptionHandler;
import io.undertow.servlet.api.LoggingExceptionHandler;
import io.undertow.servlet.api.SessionConfigWrapper;
import io.undertow.servlet.handlers.ServletRequestContext;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.keepsake.node.grid.GridMember;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.repository.Keys;
import org.keepsake.node.session.repository.SessionsUnavailable;
import org.keepsake.node.session.settings.RecordSettings;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.session.transcoder.AttributeCodec;
import org.keepsake.node.session.transcoder.GraphCodec;
import org.keepsake.node.session.transcoder.Transcoder;
import org.keepsake.node.session.transcoder.TranscoderSettings;
import org.keepsake.node.session.transcoder.Transcoders;
import org.keepsake.node.session.view.Peers;

/**
 * The replicated sessions of one node, shared by all its applications. Thread-safe.
 *
 * <p>{@link #install} prepares an application; its session manager then lives and ends with the deployment. The
 * connections to the stores live until {@link #close}, which comes after every application was undeployed.
 */
public final class Sessions implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Sessions.class.getName());
    private static final Duration SWEEP = Duration.ofMillis(500);

    private final SessionSettings settings;
    private final SessionStorage storage;
    private final NodeParts node;
    private final BackupQueue backups;
    private final StoresAway away;
    private final SecureRandom random = new SecureRandom();
    private final Set<ReplicatedSessionManager> managers = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService sweeper = timer("session-sweeper");

    /** For what takes no time and waits for nobody. */
    private final ScheduledExecutorService clock = timer("session-clock");

    private Sessions(SessionSettings settings, SessionStorage storage, Takeovers takeovers, ClusterContact contact) {
        this.settings = settings;
        this.storage = storage;
        backups = new BackupQueue(settings.backup());
        away = new StoresAway(storage::isAway, storage::isReaching, contact, Timing.SYSTEM);
        node = new NodeParts(
                Timing.SYSTEM,
                contact,
                away,
                takeovers,
                managers,
                storage.isShared(),
                backups,
                storage.remoteChanges());
        var unusedCheck = clock.scheduleAtFixedRate(
                () -> tick(contact),
                ClusterContact.CHECK.toMillis(),
                ClusterContact.CHECK.toMillis(),
                TimeUnit.MILLISECONDS);
        storage.recoverWith(() -> managers.forEach(ReplicatedSessionManager::recover));
        storage.listWith(
                () -> managers.stream().flatMap(ReplicatedSessionManager::keys).toList());
        // Nodes that were started together do not sweep together.
        long jitter = random.nextLong(SWEEP.toMillis());
        var unused = sweeper.scheduleWithFixedDelay(
                this::sweep, SWEEP.toMillis() + jitter, SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ScheduledExecutorService timer(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Sessions in memcached stores: a home store and a second copy on the next one of the ring. Returns at once;
     * requests that come before the stores were reached wait for them.
     */
    public static Sessions memcached(SessionSettings settings, MemcachedNodes nodes, Peers peers) {
        return shared(settings, new MemcachedStorage(settings, nodes, peers), peers);
    }

    /** Sessions in a directory or a database that all nodes share. Returns at once, as {@link #memcached}. */
    public static Sessions persistent(SessionSettings settings, Peers peers) {
        return shared(settings, SoleStorage.persistent(settings, peers), peers);
    }

    /** Sessions in the memory of the nodes. Returns at once, as {@link #memcached}. */
    public static Sessions backup(SessionSettings settings, GridMember member, Peers peers) {
        return shared(settings, SoleStorage.backup(settings, member, peers), peers);
    }

    /** Sessions in the memory of each node. Returns at once, as {@link #memcached}. */
    public static Sessions delta(SessionSettings settings, GridMember member, Peers peers) {
        return shared(settings, SoleStorage.delta(settings, member, peers), peers);
    }

    private static Sessions shared(SessionSettings settings, SharedStorage storage, Peers peers) {
        ClusterContact contact = new ClusterContact(storage::contact, storage::lostContact, Timing.SYSTEM);
        Sessions sessions =
                new Sessions(settings, storage, new PeerTakeovers(peers, storage::mayBeKeptElsewhere), contact);
        storage.keepsWhere(() -> sessions.managers.stream().anyMatch(ReplicatedSessionManager::keepsChanges));
        peers.answerWith(question -> {
            Optional<List<String>> taken = PeerTakeovers.keys(question);
            Optional<List<Takeovers.Use>> uses = PeerTakeovers.uses(question);
            if (uses.isPresent()) {
                return PeerTakeovers.answer(
                        uses.get().stream().filter(sessions::isUsed).toList());
            }
            return taken.isPresent() ? PeerTakeovers.answer(sessions.told(taken.get())) : storage.answer(question);
        });
        return sessions;
    }

    /**
     * Sessions in the heap of this node alone. They end with it, unless a directory is named where they wait from a clean
     * stop to the next start.
     */
    public static Sessions standard(SessionSettings settings) {
        return new Sessions(settings, new HeapStorage(settings), Takeovers.NONE, ClusterContact.ALONE);
    }

    /**
     * Gives an application replicated sessions: the session manager, the session cookie and the points at which
     * sessions are saved. To be called before {@code deploy()} and after an exception handler and a session
     * config wrapper were set, if any. Context path, version (after {@code ##} in the deployment's name), class loader,
     * session cookie and default time-out are read while it deploys.
     */
    public void install(DeploymentInfo deployment) {
        install(deployment, settings);
    }

    /** As {@link #install(DeploymentInfo)}, with settings of its own; what concerns stores is the node's. */
    public void install(DeploymentInfo deployment, SessionSettings of) {
        deployment.setCheckOtherSessionManagers(false);
        deployment.setSessionManagerFactory(deployed -> createManager(deployed, of));
        SessionConfigWrapper inner = deployment.getSessionConfigWrapper();
        deployment.setSessionConfigWrapper((config, deployed) -> {
            ReplicatedSessionManager manager = (ReplicatedSessionManager) deployed.getSessionManager();
            return manager.configOver(inner == null ? config : inner.wrap(config, deployed));
        });
        deployment.addInitialHandlerChainWrapper(Sessions::watched);
        deployment.addOuterHandlerChainWrapper(Sessions::telling);
        deployment.addInnerHandlerChainWrapper(Sessions::tellingOfAsync);
        deployment.setExceptionHandler(quiet(deployment.getExceptionHandler()));
    }

    private ReplicatedSessionManager createManager(Deployment deployment, SessionSettings of) {
        DeploymentInfo info = deployment.getDeploymentInfo();
        String version = version(info.getDeploymentName());
        Keys keys = Keys.prefixed(of.records().keyPrefix().of(info.getHostName(), info.getContextPath(), version));
        String prefix = info.getContextPath() + "##" + version + ":";
        RecordSettings records = of.records();
        Transcoder transcoder = Transcoders.named(
                records.transcoder(),
                info.getClassLoader(),
                new TranscoderSettings(records.customConverters(), records.copyCollections()));
        return new ReplicatedSessionManager(
                deployment,
                storage.repository(keys, of),
                new AttributeCodec(transcoder),
                records.granularity() == RecordSettings.Granularity.SESSION ? new GraphCodec(transcoder) : null,
                of,
                node,
                prefix,
                random.nextLong(),
                storage.file(info.getContextPath(), version));
    }

    /** {@code shop##2.war} is version 2 of shop, as on Tomcat. */
    static String version(String deploymentName) {
        int mark = deploymentName.indexOf("##");
        if (mark < 0) {
            return "";
        }
        String version = deploymentName.substring(mark + 2);
        return version.endsWith(".war") ? version.substring(0, version.length() - 4) : version;
    }

    /** Before anything else may wrap the response: what is discarded must be the last thing before the network. */
    private static HttpHandler watched(HttpHandler next) {
        return exchange -> {
            ExchangeSessions unused = ExchangeSessions.of(exchange);
            next.handleRequest(exchange);
        };
    }

    private static HttpHandler telling(HttpHandler next) {
        return exchange -> {
            try {
                next.handleRequest(exchange);
            } finally {
                if (!exchange.isDispatched()) {
                    ExchangeSessions.of(exchange).returned();
                }
            }
        };
    }

    /** Before anything goes on elsewhere: what is called back waits until the application has returned. */
    private static HttpHandler tellingOfAsync(HttpHandler next) {
        return exchange -> {
            next.handleRequest(exchange);
            ServletRequestContext context = exchange.getAttachment(ServletRequestContext.ATTACHMENT_KEY);
            if (context.getOriginalRequest().isAsyncStarted()) {
                ExchangeSessions.of(exchange).goesOnElsewhere();
            }
        };
    }

    /** That sessions are unavailable is said in one line when the 503 is sent; it is no error of the application. */
    private static ExceptionHandler quiet(ExceptionHandler other) {
        ExceptionHandler next = other == null ? LoggingExceptionHandler.DEFAULT : other;
        return (exchange, request, response, thrown) ->
                isUnavailable(exchange, thrown) || next.handleThrowable(exchange, request, response, thrown);
    }

    private static boolean isUnavailable(HttpServerExchange exchange, Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SessionsUnavailable unavailable) {
                SessionsUnavailable unused = ExchangeSessions.of(exchange).fail(unavailable);
                return true;
            }
        }
        return false;
    }

    /** What comes due within fractions of a second, and must not end the timer by an exception. */
    private void tick(ClusterContact contact) {
        contact.check();
        away.check();
        for (ReplicatedSessionManager manager : managers) {
            try {
                manager.renewLocks();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, settings.route() + ": locks could not be prolonged, trying again", e);
            }
        }
    }

    /** Ends what nobody used for too long; done now and then by itself. */
    void sweep() {
        for (ReplicatedSessionManager manager : managers) {
            try {
                manager.sweep();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, settings.route() + ": a sweep of " + manager.getDeploymentName() + " failed", e);
            }
        }
    }

    private boolean isUsed(Takeovers.Use use) {
        return managers.stream().anyMatch(manager -> manager.uses(use));
    }

    /** Copies of these sessions are not to be trusted from now on; returns what was kept of them here. */
    private Takeovers.Kept told(List<String> keys) {
        return keys.stream()
                .flatMap(key -> managers.stream().flatMap(manager -> manager.told(key).stream()))
                .max(Comparator.naturalOrder())
                .orElse(Takeovers.Kept.NOTHING);
    }

    /** What happened to the sessions of each application that counts it, by context path. */
    public List<SessionStatistics> statistics() {
        return managers.stream()
                .flatMap(manager -> manager.statistics().stream())
                .sorted(Comparator.comparing(SessionStatistics::application))
                .toList();
    }

    /** What the nodes have agreed on about the stores, for people. */
    public String describeStores() {
        return storage.describe();
    }

    /** Follows a newer list of stores. */
    public void update(MemcachedNodes nodes) {
        storage.update(nodes);
    }

    /**
     * Waits until every store of the present list is up, or was tried once and is not.
     *
     * @return whether that came about within the time given
     */
    public boolean awaitStores(Duration atMost) throws InterruptedException {
        boolean there = storage.awaitStores(atMost);
        away.check();
        return there;
    }

    /** Whether this node has reached a store, and has heard all others ever since. */
    boolean couldKeepChanges() {
        return away.heardAll();
    }

    /** Whether no store is there, and sticky sessions are changed in the heap until one is. */
    boolean keepsChanges() {
        return away.now();
    }

    /** Whether this node reaches every store, and every store has everything it is to have. */
    boolean reachesAllStores() {
        return storage.reachesAllStores();
    }

    @Override
    public void close() {
        backups.close();
        sweeper.shutdownNow();
        clock.shutdownNow();
        storage.close();
    }
}
