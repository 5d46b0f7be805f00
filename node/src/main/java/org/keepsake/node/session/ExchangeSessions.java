package org.keepsake.node.session;

import io.undertow.server.ConduitWrapper;
import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.ConduitFactory;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.repository.SessionsUnavailable;
import org.keepsake.node.session.time.Timing;
import org.xnio.conduits.StreamSinkConduit;

/**
 * What one exchange does with sessions: with that of the application it came to, and with those of applications it was
 * forwarded to. Used by the thread that has the exchange.
 *
 * <p>Sessions are saved at four points, each of which saves what was written since the one before:
 *
 * <ol>
 *   <li>when the application returns and goes on elsewhere, because it may be called back where nothing must block. What it
 *       writes there, on an I/O thread, is saved there by the next point, and holds up others as its own work does;
 *   <li>just before the response is committed, so that whoever has the response finds its session everywhere; if that
 *       fails, the response becomes a 503, because nothing of it was sent yet;
 *   <li>when the application returns, for what it wrote after the commit ({@code sendRedirect}, a closed writer);
 *   <li>when the exchange is complete, for applications that answer from another thread.
 * </ol>
 *
 * <p>With {@code --session-backup-async} there is one point only, after the exchange is complete.
 */
final class ExchangeSessions implements ConduitWrapper<StreamSinkConduit>, ExchangeCompletionListener {

    private static final System.Logger LOG = System.getLogger(ExchangeSessions.class.getName());
    private static final AttachmentKey<ExchangeSessions> KEY = AttachmentKey.create(ExchangeSessions.class);
    private static final String RETRY_AFTER_SECONDS = "1";

    /**
     * Held while sessions are saved, and taken before the monitor: a response that is committed by another thread waits
     * for what was begun to be saved before.
     */
    private final ReentrantLock saving = new ReentrantLock();

    private final long requested = Timing.SYSTEM.millis();

    /** Guarded by this, as all that follows. */
    private final List<RequestScope> scopes = new ArrayList<>(1);

    private @Nullable SessionsUnavailable failure;
    private boolean committed;
    private boolean returned;
    private boolean savedSinceReturn;

    private ExchangeSessions() {}

    /** Those of an exchange; from the first call on it is watched. */
    static ExchangeSessions of(HttpServerExchange exchange) {
        ExchangeSessions sessions = exchange.getAttachment(KEY);
        if (sessions == null) {
            sessions = new ExchangeSessions();
            exchange.putAttachment(KEY, sessions);
            if (!exchange.isResponseStarted()) {
                exchange.addResponseWrapper(sessions);
            }
            if (!exchange.isComplete()) {
                exchange.addExchangeCompleteListener(sessions);
            }
        }
        return sessions;
    }

    /** When the request came, in milliseconds since 1970. */
    long requested() {
        return requested;
    }

    /** The part of one application. */
    synchronized RequestScope scope(ReplicatedSessionManager manager, HttpServerExchange exchange) {
        for (RequestScope scope : scopes) {
            if (scope.manager() == manager) {
                return scope;
            }
        }
        RequestScope scope = new RequestScope(manager, exchange);
        scopes.add(scope);
        return scope;
    }

    /** The request cannot be answered: its session could not be read. */
    synchronized SessionsUnavailable fail(SessionsUnavailable e) {
        if (failure == null) {
            failure = e;
        }
        return e;
    }

    /** Whether the application has returned, so that only the container may still ask for the session. */
    synchronized boolean hasReturned() {
        return returned;
    }

    @Override
    public StreamSinkConduit wrap(ConduitFactory<StreamSinkConduit> factory, HttpServerExchange exchange) {
        save();
        SessionsUnavailable reason;
        List<RequestScope> done;
        synchronized (this) {
            committed = true;
            reason = failure;
            done = List.copyOf(scopes);
        }
        unlockIfReturned();
        if (reason != null) {
            done.forEach(scope -> scope.manager().counters.unavailable.increment());
            LOG.log(
                    Level.WARNING,
                    "{0} {1} is answered 503: {2}",
                    exchange.getRequestMethod(),
                    exchange.getRequestPath(),
                    reason.getMessage());
            return refuse(factory, exchange);
        }
        done.forEach(scope -> scope.sendCookie(exchange));
        return factory.create();
    }

    /** Nothing was sent yet: the answer becomes another one, and what the application still writes goes nowhere. */
    private static StreamSinkConduit refuse(ConduitFactory<StreamSinkConduit> factory, HttpServerExchange exchange) {
        exchange.setStatusCode(StatusCodes.SERVICE_UNAVAILABLE);
        exchange.getResponseHeaders().clear();
        exchange.getResponseHeaders().put(Headers.RETRY_AFTER, RETRY_AFTER_SECONDS);
        exchange.getResponseHeaders().put(Headers.CONTENT_LENGTH, "0");
        return new DiscardingConduit(factory.create());
    }

    /**
     * The application has returned and answers later. What it wrote until now is saved on this thread: it may be called
     * back on an I/O thread, and commit the response there, where saving holds up all that thread's connections.
     */
    void goesOnElsewhere() {
        save();
    }

    /** The application has returned and goes on nowhere else. */
    void returned() {
        boolean late;
        synchronized (this) {
            returned = true;
            late = committed;
        }
        if (late) {
            save();
            unlockIfReturned();
        }
    }

    /** The next request may have the session as soon as this one has saved it for good, not when its answer is sent. */
    private void unlockIfReturned() {
        List<RequestScope> done;
        synchronized (this) {
            done = returned ? List.copyOf(scopes) : List.of();
        }
        for (RequestScope scope : done) {
            if (!scope.isAsync()) {
                scope.unlock();
            }
        }
    }

    @Override
    public void exchangeEvent(HttpServerExchange exchange, NextListener next) {
        boolean nothing;
        synchronized (this) {
            nothing = scopes.isEmpty();
        }
        if (nothing) {
            next.proceed();
            return;
        }
        finishOffTheIoThread(exchange);
        next.proceed();
    }

    private void finishOffTheIoThread(HttpServerExchange exchange) {
        if (exchange.isInIoThread()) {
            try {
                exchange.getConnection().getWorker().execute(this::finish);
                return;
            } catch (RejectedExecutionException e) {
                LOG.log(Level.DEBUG, "the listener stops: the last save is done on its I/O thread", e);
            }
        }
        finish();
    }

    private void finish() {
        boolean open;
        synchronized (this) {
            open = !savedSinceReturn;
        }
        if (open) {
            save();
        }
        List<RequestScope> done;
        synchronized (this) {
            done = List.copyOf(scopes);
        }
        for (RequestScope scope : done) {
            if (scope.isAsync()) {
                scope.manager().saveSoon(() -> {
                    save(scope, false);
                    scope.over();
                });
            } else {
                scope.over();
            }
        }
    }

    private void save() {
        saving.lock();
        try {
            saveAll();
        } finally {
            saving.unlock();
        }
    }

    private void saveAll() {
        List<RequestScope> all;
        boolean before;
        synchronized (this) {
            if (failure != null) {
                return;
            }
            all = List.copyOf(scopes);
            before = !committed;
            savedSinceReturn = returned;
        }
        for (RequestScope scope : all) {
            if (!scope.isAsync()) {
                save(scope, before);
            }
        }
    }

    /** @param before whether the response can still be another one */
    private void save(RequestScope scope, boolean before) {
        try {
            scope.save();
        } catch (SessionsUnavailable e) {
            if (before) {
                SessionsUnavailable unused = fail(e);
                return;
            }
            scope.manager().counters.lateLosses.increment();
            LOG.log(Level.WARNING, "what was written after the response was committed is lost: {0}", e.getMessage());
        }
    }
}
