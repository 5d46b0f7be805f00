package org.keepsake.node.session;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.Cookie;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.repository.SessionId;

/** What one exchange does with the session of one application. Thread-safe. */
final class RequestScope {

    private final ReplicatedSessionManager manager;

    /** The request loads and saves nothing, and its answer says nothing of sessions. */
    private final boolean ignored;

    /** Guarded by this, as all that follows. */
    private @Nullable RequestSession session;

    private final Set<SessionId> absent = new HashSet<>();
    private @Nullable Cookie cookie;

    RequestScope(ReplicatedSessionManager manager, boolean ignored) {
        this.manager = manager;
        this.ignored = ignored;
    }

    ReplicatedSessionManager manager() {
        return manager;
    }

    boolean isIgnored() {
        return ignored;
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
        synchronized (this) {
            last = cookie;
        }
        if (last != null && !ignored) {
            exchange.setResponseCookie(last);
        }
    }

    void save() {
        RequestSession now = current();
        if (now != null && !ignored) {
            manager.save(now);
        }
    }

    void over() {
        RequestSession now = current();
        if (now != null) {
            now.over();
        }
    }

    private synchronized @Nullable RequestSession current() {
        return session;
    }
}
