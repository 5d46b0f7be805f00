package org.keepsake.node.session;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.Cookie;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.repository.SessionLock;

/** What one exchange does with the session of one application. Thread-safe. */
final class RequestScope {

    private final ReplicatedSessionManager manager;

    /** The request loads and saves nothing, and its answer says nothing of sessions. */
    private final boolean ignored;

    /** What the request changes need not leave the node. */
    private final boolean filtered;

    private final RequestLine line;

    /** Guarded by this, as all that follows. */
    private @Nullable RequestSession session;

    private final Set<SessionId> absent = new HashSet<>();
    private @Nullable Cookie cookie;
    private @Nullable SessionLock lock;

    RequestScope(ReplicatedSessionManager manager, HttpServerExchange exchange) {
        this.manager = manager;
        this.line = RequestLine.of(exchange);
        this.ignored = manager.isIgnored(line);
        this.filtered = manager.isFiltered(line);
    }

    ReplicatedSessionManager manager() {
        return manager;
    }

    boolean isIgnored() {
        return ignored;
    }

    boolean isFiltered() {
        return filtered;
    }

    /** The session of this exchange, the same object each time, unless it has ended. */
    synchronized Optional<RequestSession> session() {
        return Optional.ofNullable(session).filter(s -> !s.isInvalid());
    }

    void use(RequestSession other) {
        RequestSession before;
        synchronized (this) {
            before = session;
            session = other;
        }
        if (before != null) {
            before.over();
        }
    }

    synchronized boolean isAbsent(SessionId id) {
        return absent.contains(id);
    }

    synchronized void absent(SessionId id) {
        absent.add(id);
    }

    /** The one session cookie to send; the last word counts. */
    synchronized void cookie(Cookie last) {
        cookie = last;
    }

    void sendCookie(HttpServerExchange exchange) {
        Cookie last;
        RequestSession now;
        synchronized (this) {
            last = cookie;
            now = session;
        }
        if (last != null && !ignored && !isOutdated(last, now)) {
            exchange.setResponseCookie(last);
        }
    }

    /** Another request gave the session another id meanwhile: the client must not be sent back to the old one. */
    private static boolean isOutdated(Cookie cookie, @Nullable RequestSession session) {
        return session != null
                && !session.isInvalid()
                && !cookie.getValue().isEmpty()
                && !cookie.getValue().startsWith(session.getId() + ".");
    }

    RequestLine line() {
        return line;
    }

    /** Has the session's lock until the request is over, or gives back the one it had. */
    void lock(@Nullable SessionLock other) {
        SessionLock before;
        synchronized (this) {
            before = lock;
            lock = other;
        }
        if (before != null) {
            before.release();
        }
    }

    /** Whether it has the session's lock, which it must not ask for again. */
    synchronized boolean isLocked() {
        return lock != null;
    }

    /** Nothing more is saved that the lock would have to guard. */
    void unlock() {
        lock(null);
    }

    /** Whether the response does not wait for the save. */
    boolean isAsync() {
        return manager.isAsync();
    }

    void save() {
        RequestSession now = current();
        if (now == null || ignored) {
            return;
        }
        if (filtered) {
            manager.saveHere(now);
        } else {
            manager.save(now);
        }
    }

    void over() {
        unlock();
        RequestSession now = current();
        if (now != null) {
            manager.over(this, now);
            now.over();
        }
    }

    private synchronized @Nullable RequestSession current() {
        return session;
    }
}
