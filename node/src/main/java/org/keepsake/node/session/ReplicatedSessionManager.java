package org.keepsake.node.session;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.session.Session;
import io.undertow.server.session.SessionConfig;
import io.undertow.server.session.SessionListener;
import io.undertow.server.session.SessionListeners;
import io.undertow.server.session.SessionManager;
import io.undertow.server.session.SessionManagerStatistics;
import io.undertow.servlet.api.Deployment;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.core.SessionListenerBridge;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.repository.SessionLock;
import org.keepsake.node.session.repository.SessionLocks;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.repository.SessionsUnavailable;
import org.keepsake.node.session.restart.SessionFile;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.session.transcoder.AttributeCodec;
import org.keepsake.node.session.transcoder.GraphCodec;
import org.keepsake.node.store.ListedKey;

/**
 * The sessions of one application on this node, kept in a repository that all nodes share. Thread-safe.
 *
 * <p>Every request is handed what the repository holds; what this node has in its heap only spares decoding. Stopping
 * leaves the sessions where they are, or saves those that are nowhere else: for the application they are passivated, not
 * destroyed.
 */
final class ReplicatedSessionManager implements SessionManager {

    private static final System.Logger LOG = System.getLogger(ReplicatedSessionManager.class.getName());

    private final Deployment deployment;
    private final SessionRepository repository;
    private final Timing timing;
    private final SessionSettings settings;

    final SessionCounters counters;

    /** Numbers the requests that write, see {@link org.keepsake.node.session.record.Stamp}. */
    private final AtomicLong writers;

    private final Set<ReplicatedSessionManager> started;
    private final SessionListeners listeners = new SessionListeners();

    /** All but Undertow's bridge to the servlet listeners, which hears of a new id from the request itself. */
    private final List<SessionListener> idListeners = new CopyOnWriteArrayList<>();

    private final AttributeObjects objects;
    private final HeapSessions heap;
    private final Trust trust;
    private final BackupQueue backups;
    private final Optional<SessionLocks> locks;
    private final LockPolicy lockPolicy;
    private final UnstoredChanges unstored;
    private final SessionLoader loader;
    private final SessionSaver saver;
    private final SessionEnding ending;
    private final SessionExpiry expiry;
    private final IdChange idChange;

    /** Where this node hears of what others change, if its listeners are to be told. */
    private final Optional<RemoteChanges> remote;

    private final AttributeTelling telling;

    /** Where sessions wait that are in the heap alone; empty if they are elsewhere, or end with the node. */
    private final Optional<SavedSessions> saved;

    /** Held while sessions are ended or saved: none is to be both. */
    private final Object endingOrSaving = new Object();

    private volatile int defaultMaxInactive;

    /** Set once, while the application is deployed. */
    private volatile @Nullable RoutedSessionConfig routed;

    /**
     * @param graph encodes all attributes of a session together; null if each is encoded by itself
     * @param prefix what stands before an id when nodes speak of a session of this application
     * @param firstWriter where this node begins to number the requests that write; no other node comes near it
     * @param file where sessions wait while the node restarts, if they do
     */
    ReplicatedSessionManager(
            Deployment deployment,
            SessionRepository repository,
            AttributeCodec codec,
            @Nullable GraphCodec graph,
            SessionSettings settings,
            NodeParts node,
            String prefix,
            long firstWriter,
            Optional<SessionFile> file) {
        this.deployment = deployment;
        this.repository = repository;
        this.timing = node.timing();
        this.settings = settings;
        this.counters = new SessionCounters(settings.statistics());
        this.writers = new AtomicLong(firstWriter);
        this.started = node.started();
        this.defaultMaxInactive = (int) settings.maxInactive().toSeconds();
        objects = new AttributeObjects(
                deployment,
                codec,
                graph,
                name -> ContainerAttributes.owns(name) || settings.records().replicates(name),
                node.shared(),
                counters);
        heap = new HeapSessions(timing);
        trust = new Trust(settings.sticky(), node.contact(), node.takeovers(), prefix, timing);
        lockPolicy = new LockPolicy(settings.locks().mode());
        locks = repository.locks(settings.route(), settings.locks());
        unstored = new UnstoredChanges(
                repository,
                heap,
                trust,
                node.away(),
                counters,
                deployment.getDeploymentInfo().getDeploymentName(),
                settings.backupDelay().filter(unused -> node.shared()),
                timing);
        loader = new SessionLoader(repository, heap, trust, timing, counters, settings.isAsync(), unstored);
        saver = new SessionSaver(
                repository, heap, trust, timing, settings.backup().timeout(), counters, unstored);
        ending = new SessionEnding(repository, heap, trust, listeners, counters);
        expiry = new SessionExpiry(
                repository,
                heap,
                ending,
                timing,
                this::outside,
                trust,
                settings.backupDelay().isPresent(),
                new SessionSwap(heap, trust, timing, counters, unstored, settings.heap(), node.shared()));
        backups = node.backups();
        remote = node.remote().filter(unused -> settings.replication().notifyListeners());
        telling = new AttributeTelling(
                deployment,
                repository,
                objects,
                writer -> writer - firstWriter > 0 && writer - writers.get() <= 0,
                this::outside);
        idChange = new IdChange(repository, heap, trust, saver, unstored);
        saved = file.map(waiting -> new SavedSessions(waiting, heap, objects, this::outside, timing));
    }

    SessionListeners listeners() {
        return listeners;
    }

    RoutedSessionConfig configOver(SessionConfig delegate) {
        RoutedSessionConfig config = new RoutedSessionConfig(delegate, deployment, this, settings.route());
        routed = config;
        return config;
    }

    private RoutedSessionConfig routed() {
        return Objects.requireNonNull(routed, "the session config is wrapped before the first request");
    }

    /** Empty if nothing is counted. */
    Optional<SessionStatistics> statistics() {
        return settings.statistics() ? Optional.of(counted()) : Optional.empty();
    }

    private SessionStatistics counted() {
        DeploymentInfo info = deployment.getDeploymentInfo();
        String context = info.getContextPath().equals("/") ? "" : info.getContextPath();
        String version = Sessions.version(info.getDeploymentName());
        return counters.statistics(
                version.isEmpty() ? context : context + "##" + version,
                heap.all().size(),
                repository.counts());
    }

    @Override
    public String getDeploymentName() {
        return deployment.getDeploymentInfo().getDeploymentName();
    }

    /** Nothing is fetched from stores: sessions are loaded when they are asked for. What waited for this node is back. */
    @Override
    public void start() {
        repository.expect(defaultMaxInactive);
        saved.ifPresent(waiting -> {
            waiting.restore();
            endOverdue();
        });
        started.add(this);
        remote.filter(unused -> telling.hasListeners()).ifPresent(changes -> changes.add(telling));
    }

    /** Ends those whose time ran out while the node was down, before a request could use them. */
    private void endOverdue() {
        try {
            expiry.sweep();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, getDeploymentName() + ": ending what is overdue failed, trying again", e);
        }
    }

    /**
     * Ends what is to end with the node. Passivates what else this node has: the stores keep it, or it is saved, and no
     * listener hears of an end. Does nothing unless it was started.
     */
    @Override
    public void stop() {
        if (!started.remove(this)) {
            return;
        }
        remote.ifPresent(changes -> changes.remove(telling));
        if (settings.replication().expireOnShutdown()) {
            endLastServedHere();
        }
        unstored.close();
        heap.all().forEach(this::passivate);
        saved.ifPresent(this::save);
        heap.clear();
    }

    private void endLastServedHere() {
        synchronized (endingOrSaving) {
            List<HeldSession> all = List.copyOf(heap.all());
            for (int from = 0; from < all.size(); from += Takeovers.MOST) {
                List<HeldSession> some = all.subList(from, Math.min(all.size(), from + Takeovers.MOST));
                ending.endWithApplication(
                        trust.lastServedHere(some).stream().map(this::outside).toList());
            }
        }
    }

    private void save(SavedSessions waiting) {
        synchronized (endingOrSaving) {
            waiting.save();
        }
    }

    /** What a listener of the application throws is no reason to lose the sessions of others. */
    private void passivate(HeldSession held) {
        try {
            objects.passivate(outside(held));
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "session {0}: an object that was told that it will be passivated failed: {1}",
                    held.id().shortened(),
                    e);
        }
    }

    /** Whether a request neither loads nor saves a session. */
    boolean isIgnored(RequestLine line) {
        return matches(settings.requestUriIgnorePattern(), line);
    }

    /** Whether what a request changes in a session need not leave the node. */
    boolean isFiltered(RequestLine line) {
        return matches(settings.replication().filter(), line);
    }

    private static boolean matches(Optional<Pattern> pattern, RequestLine line) {
        return pattern.isPresent() && pattern.get().matcher(line.toString()).matches();
    }

    @Override
    public Session createSession(HttpServerExchange exchange, SessionConfig config) {
        ExchangeSessions all = ExchangeSessions.of(exchange);
        RequestScope scope = all.scope(this, exchange);
        admit();
        SessionId id = Optional.ofNullable(config.findSessionId(exchange))
                .flatMap(SessionId::parse)
                .orElseGet(() -> available(all, unstored::newId));
        HeldSession held =
                new HeldSession(id, SessionRecord.created(id.toString(), timing.millis(), defaultMaxInactive));
        // Before it is in the heap: one that nobody uses there and no store has is taken for left behind.
        RequestSession session =
                new RequestSession(this, config, held, writers.incrementAndGet(), true, false, all.requested());
        if (!scope.isIgnored() && !heap.add(held)) {
            throw new IllegalStateException("session " + id.shortened() + ": exists already");
        }
        trust.created(held);
        counters.created.increment();
        scope.use(session);
        config.setSessionId(exchange, id.toString());
        listeners.sessionCreated(session, exchange);
        return session;
    }

    /** As on Tomcat: what begins at the same moment may go past the limit by a few. */
    private void admit() {
        if (!settings.heap().admits(heap.all().size())) {
            counters.rejected.increment();
            throw new TooManyActiveSessions(settings.heap().maxActive());
        }
    }

    @Override
    public @Nullable Session getSession(HttpServerExchange exchange, SessionConfig config) {
        ExchangeSessions all = ExchangeSessions.of(exchange);
        RequestScope scope = all.scope(this, exchange);
        Optional<RequestSession> current = scope.session();
        boolean unnoted = scope.isIgnored() || (scope.isFiltered() && all.hasReturned());
        if (current.isPresent() || unnoted) {
            return current.orElse(null);
        }
        Optional<SessionId> named =
                Optional.ofNullable(config.findSessionId(exchange)).flatMap(SessionId::parse);
        if (named.isEmpty()) {
            return null;
        }
        RoutedSessionConfig routed = routed();
        List<SessionId> candidates = routed.candidates(exchange);
        for (SessionId id : candidates.contains(named.get()) ? candidates : List.of(named.get())) {
            RequestSession session = find(id, all, scope, exchange, config);
            if (session != null) {
                routed.choose(exchange, id);
                return session;
            }
        }
        return null;
    }

    private @Nullable RequestSession find(
            SessionId id, ExchangeSessions all, RequestScope scope, HttpServerExchange exchange, SessionConfig config) {
        if (scope.isAbsent(id)) {
            return null;
        }
        boolean locked = !all.hasReturned() && lock(id, all, scope);
        HeldSession held = load(id, all, exchange, locked);
        if (held == null) {
            scope.unlock();
            scope.absent(id);
            return null;
        }
        RequestSession session =
                new RequestSession(this, config, held, writers.incrementAndGet(), false, locked, all.requested());
        scope.use(session);
        if (all.hasReturned()) {
            saver.saveLate(session);
        }
        return session;
    }

    /** Waits until the request has the session for itself, if it is to; returns whether it has. */
    private boolean lock(SessionId id, ExchangeSessions all, RequestScope scope) {
        if (scope.isLocked()) {
            return true;
        }
        if (locks.isEmpty() || heap.isGone(id) || !lockPolicy.locks(scope.line())) {
            return false;
        }
        Optional<SessionLock> lock = available(all, () -> locks.get().acquire(id));
        lock.ifPresent(scope::lock);
        return lock.isPresent();
    }

    /** A request is over, and what it did is remembered for those to come. */
    void over(RequestScope scope, RequestSession session) {
        lockPolicy.learn(scope.line(), session.hasWritten());
    }

    /** Prolongs the locks of long requests; never waits. */
    void renewLocks() {
        locks.ifPresent(SessionLocks::renew);
    }

    private @Nullable HeldSession load(
            SessionId id, ExchangeSessions all, HttpServerExchange exchange, boolean locked) {
        SessionRoute route = routed().route(exchange, id);
        if (all.hasReturned()) {
            return loader.loadAfterwards(id, route);
        }
        HeldSession held = available(all, () -> loader.load(id, route, locked));
        if (held != null && route == SessionRoute.FOREIGN) {
            counters.takenOver.increment();
        }
        return held;
    }

    private static <T extends @Nullable Object> T available(ExchangeSessions all, Supplier<T> operation) {
        try {
            return operation.get();
        } catch (SessionsUnavailable e) {
            throw all.fail(e);
        }
    }

    @Override
    public @Nullable Session getSession(String sessionId) {
        Optional<SessionId> id = SessionId.parse(sessionId);
        if (id.isEmpty()) {
            return null;
        }
        HeldSession held = loader.load(id.get(), SessionRoute.UNASKED, false);
        return held == null ? null : outside(held);
    }

    /** A session as somebody has it who is in no request. */
    private RequestSession outside(HeldSession held) {
        RequestSession session =
                new RequestSession(this, routed(), held, writers.incrementAndGet(), false, false, timing.millis());
        session.over();
        return session;
    }

    /** The attributes of a request that begins. */
    HandedAttributes handOut(RequestSession session, SessionRecord begun) {
        return new HandedAttributes(session, begun, objects, timing);
    }

    /** Saves what a request wrote since this was last called, or notes that the session was used. */
    void save(RequestSession session) {
        saver.save(session);
    }

    /** As {@link #save} of a request of which only this node is to know for now. */
    void saveHere(RequestSession session) {
        saver.saveHere(session);
    }

    /** Saves what an application wrote into a session whose request is over. */
    void saveLate(RequestSession session) {
        saver.saveLate(session);
    }

    /**
     * When the session was last used before, as far as the stores know; those are told at intervals only.
     *
     * @param here when it was last used before on this node, 0 if it was not
     */
    long previousAccess(HeldSession held, long here) {
        long known = Math.max(here, held.record().creationTime());
        boolean last = trust.in(held) && here >= held.trustedSince();
        return last ? known : Math.max(known, repository.lastAccess(held.id()).orElse(0));
    }

    /**
     * Another node trusts its copy of a session from now on.
     *
     * @return what was kept of it here; empty if it is no session of this application
     */
    Optional<Takeovers.Kept> told(String key) {
        return trust.idOf(key).map(id -> {
            trust.told(id, heap);
            HeldSession held = heap.get(id);
            return held == null ? Takeovers.Kept.NOTHING : unstored.handOver(held);
        });
    }

    /** Whether this node uses a session now, or was using it lately. */
    boolean uses(Takeovers.Use use) {
        return trust.idOf(use.key())
                .map(heap::get)
                .filter(held -> expiry.isUsed(held, use.seconds()))
                .isPresent();
    }

    /** Whether responses leave before their sessions are saved. */
    boolean isAsync() {
        return settings.isAsync();
    }

    /** Saves soon, while the response is on its way or has come. */
    void saveSoon(Runnable save) {
        backups.submit(save);
    }

    /** Puts what this node was the last to serve into stores that lost everything. */
    void recover() {
        int put = 0;
        int failed = 0;
        for (HeldSession held : heap.all()) {
            if (trust.isKept(held) && !held.isEnding()) {
                try {
                    repository.recover(held.id(), held.record());
                    put++;
                } catch (SessionsUnavailable e) {
                    failed++;
                }
            }
        }
        if (put + failed > 0) {
            LOG.log(
                    Level.WARNING,
                    "{0}: put {1} sessions from the heap into the stores, which had lost theirs; failed with {2}",
                    getDeploymentName(),
                    put,
                    failed);
        }
    }

    /** The keys under which the stores keep the sessions this node has in its heap. */
    Stream<ListedKey> keys() {
        return heap.all().stream()
                .filter(held -> held.isStored() && !held.isEnding())
                .flatMap(held -> repository.keys(held.id(), held.record().maxInactive()).stream());
    }

    /** Ends a session because the application says so. */
    void invalidate(RequestSession session) {
        if (!ending.end(session)) {
            throw new IllegalStateException("session " + session.held().id().shortened() + ": is already invalid");
        }
    }

    /** Whether something is in the heap that no store has, because none was there. */
    boolean keepsChanges() {
        return unstored.areKept();
    }

    /** Ends sessions that nobody used for too long. */
    void sweep() {
        try {
            unstored.flushAll();
        } catch (SessionsUnavailable e) {
            LOG.log(Level.DEBUG, "what is kept here is stored later: {0}", e.getMessage());
        }
        synchronized (endingOrSaving) {
            if (started.contains(this)) {
                expiry.sweep();
            }
        }
    }

    /** Gives a session another id and tells who wants to know. */
    String changeId(RequestSession session) {
        String before = session.getId();
        String after = idChange.change(session).toString();
        idListeners.forEach(listener -> listener.sessionIdChanged(session, before));
        return after;
    }

    @Override
    public void registerSessionListener(SessionListener listener) {
        listeners.addSessionListener(listener);
        if (!(listener instanceof SessionListenerBridge)) {
            idListeners.add(listener);
        }
    }

    @Override
    public void removeSessionListener(SessionListener listener) {
        listeners.removeSessionListener(listener);
        idListeners.remove(listener);
    }

    @Override
    public void setDefaultSessionTimeout(int seconds) {
        defaultMaxInactive = seconds;
        if (started.contains(this)) {
            repository.expect(seconds);
        }
    }

    /** None: what is lost with this node is on the stores. */
    @Override
    public Set<String> getTransientSessions() {
        return Set.of();
    }

    @Override
    public Set<String> getActiveSessions() {
        return heap.ids();
    }

    @Override
    public Set<String> getAllSessions() {
        return getActiveSessions();
    }

    @Override
    public @Nullable SessionManagerStatistics getStatistics() {
        return null;
    }
}
