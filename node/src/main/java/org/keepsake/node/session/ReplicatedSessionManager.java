package org.keepsake.node.session;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.session.Session;
import io.undertow.server.session.SessionConfig;
import io.undertow.server.session.SessionListener;
import io.undertow.server.session.SessionListener.SessionDestroyedReason;
import io.undertow.server.session.SessionListeners;
import io.undertow.server.session.SessionManager;
import io.undertow.server.session.SessionManagerStatistics;
import io.undertow.servlet.api.Deployment;
import io.undertow.servlet.core.SessionListenerBridge;
import io.undertow.servlet.spec.HttpSessionImpl;
import jakarta.servlet.http.HttpSessionActivationListener;
import jakarta.servlet.http.HttpSessionEvent;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.repository.Expiry;
import org.keepsake.node.session.repository.Remembered;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.repository.SessionsUnavailable;
import org.keepsake.node.session.repository.Timing;
import org.keepsake.node.session.transcoder.AttributeCodec;
import org.keepsake.node.session.transcoder.TranscodingFailed;

/**
 * The sessions of one application on this node, kept in a repository that all nodes share. Thread-safe.
 *
 * <p>Every request is handed what the repository holds; what this node has in its heap only spares decoding. Stopping
 * leaves the sessions where they are: for the application they are passivated, not destroyed.
 */
final class ReplicatedSessionManager implements SessionManager {

    private static final System.Logger LOG = System.getLogger(ReplicatedSessionManager.class.getName());

    /** How long this node remembers an unused session that has no time-out; the stores keep it. */
    private static final long UNLIMITED_STAYS_HERE = Duration.ofHours(1).toMillis();

    private final Deployment deployment;
    private final SessionRepository repository;
    private final AttributeCodec codec;
    private final Timing timing;
    private final SessionSettings settings;
    private final AtomicLong writers;
    private final Set<ReplicatedSessionManager> started;
    private final NegativeCache gone;
    private final SessionListeners listeners = new SessionListeners();

    /** All but Undertow's bridge to the servlet listeners, which hears of a new id from the request itself. */
    private final List<SessionListener> idListeners = new CopyOnWriteArrayList<>();

    private final ConcurrentMap<SessionId, HeldSession> sessions = new ConcurrentHashMap<>();
    private volatile int defaultMaxInactive;

    /**
     * @param firstWriter where this node begins to number the requests that write; no other node comes near it
     * @param started the managers to be swept, to which this one adds itself as long as it runs
     */
    ReplicatedSessionManager(
            Deployment deployment,
            SessionRepository repository,
            AttributeCodec codec,
            Timing timing,
            SessionSettings settings,
            long firstWriter,
            Set<ReplicatedSessionManager> started) {
        this.deployment = deployment;
        this.repository = repository;
        this.codec = codec;
        this.timing = timing;
        this.settings = settings;
        this.writers = new AtomicLong(firstWriter);
        this.started = started;
        this.gone = new NegativeCache(timing);
        this.defaultMaxInactive = (int) settings.maxInactive().toSeconds();
    }

    AttributeCodec codec() {
        return codec;
    }

    Timing timing() {
        return timing;
    }

    SessionListeners listeners() {
        return listeners;
    }

    @Override
    public String getDeploymentName() {
        return deployment.getDeploymentInfo().getDeploymentName();
    }

    /** Nothing is fetched: sessions are loaded when they are asked for. */
    @Override
    public void start() {
        started.add(this);
    }

    /** Passivates what this node has; the stores keep it, and no listener hears of an end. */
    @Override
    public void stop() {
        started.remove(this);
        for (HeldSession held : sessions.values()) {
            for (Object value : held.values().values()) {
                if (value instanceof HttpSessionActivationListener listener) {
                    listener.sessionWillPassivate(event(outside(held)));
                }
            }
        }
        sessions.clear();
    }

    boolean isIgnored(HttpServerExchange exchange) {
        return settings.requestUriIgnorePattern()
                .map(pattern -> pattern.matcher(requestLine(exchange)).matches())
                .orElse(false);
    }

    private static String requestLine(HttpServerExchange exchange) {
        String query = exchange.getQueryString();
        return exchange.getRequestMethod() + " " + exchange.getRequestURI() + (query.isEmpty() ? "" : "?" + query);
    }

    @Override
    public Session createSession(HttpServerExchange exchange, SessionConfig config) {
        ExchangeSessions all = ExchangeSessions.of(exchange);
        RequestScope scope = all.scope(this, exchange);
        SessionId id = Optional.ofNullable(config.findSessionId(exchange))
                .flatMap(SessionId::parse)
                .orElseGet(() -> available(all, repository::newId));
        HeldSession held =
                new HeldSession(id, SessionRecord.created(id.toString(), timing.millis(), defaultMaxInactive));
        if (!scope.isIgnored() && sessions.putIfAbsent(id, held) != null) {
            throw new IllegalStateException("session " + id.shortened() + ": exists already");
        }
        RequestSession session = new RequestSession(this, config, held, writers.incrementAndGet(), true);
        scope.use(session);
        config.setSessionId(exchange, id.toString());
        listeners.sessionCreated(session, exchange);
        return session;
    }

    @Override
    public @Nullable Session getSession(HttpServerExchange exchange, SessionConfig config) {
        ExchangeSessions all = ExchangeSessions.of(exchange);
        RequestScope scope = all.scope(this, exchange);
        Optional<RequestSession> current = scope.session();
        if (current.isPresent() || scope.isIgnored()) {
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
            RequestSession session = find(id, all, scope, config);
            if (session != null) {
                routed.choose(exchange, id);
                return session;
            }
        }
        return null;
    }

    private volatile @Nullable RoutedSessionConfig routed;

    RoutedSessionConfig configOver(SessionConfig delegate) {
        RoutedSessionConfig config = new RoutedSessionConfig(delegate, deployment, this, settings.route());
        routed = config;
        return config;
    }

    private RoutedSessionConfig routed() {
        return Objects.requireNonNull(routed, "the session config is wrapped before the first request");
    }

    private @Nullable RequestSession find(
            SessionId id, ExchangeSessions all, RequestScope scope, SessionConfig config) {
        if (scope.isAbsent(id)) {
            return null;
        }
        HeldSession held = all.hasReturned() ? loadAfterwards(id) : available(all, () -> load(id));
        if (held == null) {
            scope.absent(id);
            return null;
        }
        RequestSession session = new RequestSession(this, config, held, writers.incrementAndGet(), false);
        scope.use(session);
        if (all.hasReturned()) {
            saveLate(session);
        }
        return session;
    }

    /** The container asks for the session of each request once it was answered, used or not, to note its use. */
    private @Nullable HeldSession loadAfterwards(SessionId id) {
        HeldSession held = sessions.get(id);
        if (held != null && !held.touchDue(timing.nanos(), touchInterval(held))) {
            held.accessed(timing.millis());
            return null;
        }
        try {
            return load(id);
        } catch (SessionsUnavailable e) {
            LOG.log(Level.WARNING, "use of session not noted: {0}", e.getMessage());
            return null;
        }
    }

    private static <T extends @Nullable Object> T available(ExchangeSessions all, Supplier<T> operation) {
        try {
            return operation.get();
        } catch (SessionsUnavailable e) {
            throw all.fail(e);
        }
    }

    private @Nullable HeldSession load(SessionId id) {
        if (gone.knows(id)) {
            return null;
        }
        HeldSession held = sessions.get(id);
        if (held != null && (held.isInvalid() || held.isDestroying())) {
            return null;
        }
        Optional<Remembered> loaded = repository.load(id, held == null ? null : held.remembered());
        if (loaded.isEmpty()) {
            return notThere(id, held);
        }
        Remembered seen = loaded.get();
        HeldSession shared = sessions.computeIfAbsent(id, n -> new HeldSession(n, seen, timing.millis()));
        shared.refresh(seen);
        shared.accessed(timing.millis());
        return shared;
    }

    private @Nullable HeldSession notThere(SessionId id, @Nullable HeldSession held) {
        if (held == null) {
            gone.add(id);
        } else if (held.isStored()) {
            gone.add(id);
            forget(id, held);
        }
        return null;
    }

    private void forget(SessionId id, HeldSession held) {
        held.invalidate();
        sessions.remove(id, held);
    }

    @Override
    public @Nullable Session getSession(String sessionId) {
        Optional<SessionId> id = SessionId.parse(sessionId);
        if (id.isEmpty()) {
            return null;
        }
        HeldSession held = load(id.get());
        return held == null ? null : outside(held);
    }

    /** A session as somebody has it who is in no request. */
    private RequestSession outside(HeldSession held) {
        RequestSession session = new RequestSession(this, routed(), held, writers.incrementAndGet(), false);
        session.over();
        return session;
    }

    /** The object of an attribute, made of its encoded form if need be; null if there is none or it cannot be made. */
    HeldSession.@Nullable Live live(RequestSession session, String name) {
        HeldSession held = session.held();
        HeldSession.Live live = held.live(name);
        Attribute encoded = live == null ? held.encoded(name) : null;
        if (encoded == null) {
            return live;
        }
        try {
            Object value = codec.decode(encoded);
            HeldSession.Live kept = held.keep(name, new HeldSession.Live(value, encoded.stamp(), null));
            if (kept.value() == value && value instanceof HttpSessionActivationListener listener) {
                listener.sessionDidActivate(event(session));
            }
            return kept;
        } catch (TranscodingFailed e) {
            if (held.warnOnce(name)) {
                LOG.log(
                        Level.WARNING,
                        "session {0}: attribute {1} cannot be read here and is kept as it is: {2}",
                        held.id().shortened(),
                        name,
                        e.getMessage());
            }
            return null;
        }
    }

    /** Encodes a value, telling it before and after if it wants to know. */
    Attribute encode(RequestSession session, Object value, Stamp stamp) throws TranscodingFailed {
        if (!(value instanceof HttpSessionActivationListener listener)) {
            return codec.encode(value, stamp);
        }
        listener.sessionWillPassivate(event(session));
        try {
            return codec.encode(value, stamp);
        } finally {
            listener.sessionDidActivate(event(session));
        }
    }

    private HttpSessionEvent event(RequestSession session) {
        return new HttpSessionEvent(HttpSessionImpl.forSession(session, deployment.getServletContext(), false));
    }

    void warnNotSaved(HeldSession held, String name, Object value, TranscodingFailed e) {
        if (held.warnOnce(name)) {
            LOG.log(
                    Level.WARNING,
                    "session {0}: attribute {1} of {2} stays on this node and is lost with it: {3}",
                    held.id().shortened(),
                    name,
                    value.getClass().getName(),
                    e.getMessage());
        }
    }

    /** Saves what a request wrote since this was last called, or notes that the session was used. */
    void save(RequestSession session) {
        HeldSession held = session.held();
        if (held.isInvalid() || held.isDestroying()) {
            return;
        }
        RequestSession.Changes changes = session.collect();
        boolean touch = held.isStored() && held.touchDue(timing.nanos(), touchInterval(held));
        if (changes.isEmpty() && held.isStored() && !touch) {
            return;
        }
        exclusively(held, () -> {
            boolean there = write(held, changes);
            if (there && touch) {
                there = repository.touch(held.id(), held.record().maxInactive());
                held.touched(timing.nanos());
            }
            if (!there) {
                forget(held.id(), held);
            }
        });
    }

    private boolean write(HeldSession held, RequestSession.Changes changes) {
        SessionId id = held.id();
        SessionRecord record = changes.session().withId(id.toString());
        if (!held.isStored()) {
            held.refresh(repository.create(id, record));
            held.touched(timing.nanos());
            return true;
        }
        if (changes.isEmpty()) {
            return true;
        }
        Optional<Remembered> merged = repository.merge(id, record, changes.written(), held.remembered());
        merged.ifPresent(now -> {
            for (String name : changes.written()) {
                Stamp mine = record.stampOf(name);
                if (!now.record().stampOf(name).equals(mine)) {
                    held.lose(name, mine);
                }
            }
            held.refresh(now);
        });
        return merged.isPresent();
    }

    /** One save of a session at a time on this node: parallel ones would only make each other try again. */
    private void exclusively(HeldSession held, Runnable operation) {
        boolean locked = false;
        try {
            locked = held.saving.tryLock(settings.backupTimeout().toMillis(), TimeUnit.MILLISECONDS);
            if (!locked) {
                throw new SessionsUnavailable("session %s: parallel requests were saving it for %d ms"
                        .formatted(
                                held.id().shortened(), settings.backupTimeout().toMillis()));
            }
            operation.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionsUnavailable(
                    "session " + held.id().shortened() + ": interrupted while it was being saved");
        } catch (SessionsUnavailable e) {
            held.discard();
            throw e;
        } finally {
            if (locked) {
                held.saving.unlock();
            }
        }
    }

    /** Saves what an application wrote into a session whose request is over. */
    void saveLate(RequestSession session) {
        try {
            save(session);
        } catch (SessionsUnavailable e) {
            LOG.log(Level.WARNING, "what was written after the request was over is lost: {0}", e.getMessage());
        }
    }

    private static long touchInterval(HeldSession held) {
        return Duration.ofSeconds(Expiry.touchInterval(held.record().maxInactive()))
                .toNanos();
    }

    /** When the session was last used before, as far as this node or the stores know. */
    long previousAccess(HeldSession held) {
        OptionalLong told = repository.lastAccess(held.id());
        return told.orElse(held.record().creationTime());
    }

    /** Ends a session because the application says so. */
    void invalidate(RequestSession session) {
        HeldSession held = session.held();
        if (!held.beginDestroying()) {
            throw new IllegalStateException("session " + held.id().shortened() + ": is already invalid");
        }
        boolean first = true;
        if (held.isStored()) {
            try {
                first = repository.end(held.id(), held.record(), session.writer());
            } catch (SessionsUnavailable e) {
                held.destroyingFailed();
                throw e;
            }
        }
        destroyed(session, first, SessionDestroyedReason.INVALIDATED);
    }

    private void destroyed(RequestSession session, boolean first, SessionDestroyedReason reason) {
        HeldSession held = session.held();
        SessionId id = held.id();
        gone.add(id);
        try {
            if (first) {
                listeners.sessionDestroyed(session, null, reason);
            }
        } finally {
            forget(id, held);
        }
    }

    /** Ends sessions that nobody used for too long. */
    void sweep() {
        long now = timing.millis();
        for (HeldSession held : sessions.values()) {
            try {
                if (held.users.get() == 0) {
                    sweep(held, now);
                }
            } catch (SessionsUnavailable e) {
                LOG.log(Level.DEBUG, "expiry of a session is put off: {0}", e.getMessage());
            }
        }
    }

    private void sweep(HeldSession held, long now) {
        if (!held.isStored()) {
            forget(held.id(), held);
        } else if (isIdle(held, held.lastAccess(), now)) {
            expire(held, now);
        } else if (held.record().maxInactive() <= 0 && now - held.lastAccess() > UNLIMITED_STAYS_HERE) {
            sessions.remove(held.id(), held);
        }
    }

    private static boolean isIdle(HeldSession held, long lastAccess, long now) {
        int maxInactive = held.record().maxInactive();
        return maxInactive > 0 && now - lastAccess > maxInactive * 1000L;
    }

    private void expire(HeldSession held, long now) {
        SessionId id = held.id();
        long interval = Expiry.touchInterval(held.record().maxInactive()) * 1000;
        OptionalLong told = repository.lastAccess(id);
        if (told.isPresent() && !isIdle(held, Math.max(told.getAsLong() + interval, held.lastAccess()), now)) {
            held.accessed(told.getAsLong());
            return;
        }
        repository.load(id, held.remembered()).ifPresent(held::refresh);
        if (!isIdle(held, held.lastAccess(), now) || !held.beginDestroying()) {
            return;
        }
        RequestSession session = outside(held);
        boolean first;
        try {
            first = repository.end(id, held.record(), session.writer());
        } catch (SessionsUnavailable e) {
            held.destroyingFailed();
            throw e;
        }
        destroyed(session, first, SessionDestroyedReason.TIMEOUT);
    }

    /** Gives a session another id: a new record with its data, and an end for the old one. */
    String changeId(RequestSession session) {
        HeldSession held = session.held();
        SessionId before = held.id();
        SessionId after = repository.newId();
        if (held.isStored()) {
            save(session);
        }
        exclusively(held, () -> move(session, held, after));
        idListeners.forEach(listener -> listener.sessionIdChanged(session, before.toString()));
        return after.toString();
    }

    private void move(RequestSession session, HeldSession held, SessionId after) {
        if (held.isInvalid() || held.isDestroying()) {
            throw new IllegalStateException("session " + held.id().shortened() + ": is invalid");
        }
        SessionId before = held.id();
        if (!held.isStored()) {
            held.rename(after);
            rekey(before, after, held);
            return;
        }
        SessionRecord old = repository
                .load(before, held.remembered())
                .orElseThrow(() -> new IllegalStateException("session " + before.shortened() + ": is invalid"))
                .record();
        Remembered moved = repository.create(after, old.withId(after.toString()));
        if (!repository.end(before, old, session.writer())) {
            boolean unused = repository.end(after, moved.record(), session.writer());
            forget(before, held);
            throw new IllegalStateException("session " + before.shortened() + ": is invalid");
        }
        gone.add(before);
        held.moveTo(after, moved);
        rekey(before, after, held);
    }

    private void rekey(SessionId before, SessionId after, HeldSession held) {
        sessions.put(after, held);
        sessions.remove(before, held);
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
    }

    /** None: what is lost with this node is on the stores. */
    @Override
    public Set<String> getTransientSessions() {
        return Set.of();
    }

    @Override
    public Set<String> getActiveSessions() {
        return sessions.keySet().stream().map(SessionId::toString).collect(Collectors.toSet());
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
