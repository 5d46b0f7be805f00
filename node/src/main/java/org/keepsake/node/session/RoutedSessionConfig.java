package org.keepsake.node.session;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.Cookie;
import io.undertow.server.handlers.CookieImpl;
import io.undertow.server.session.SessionConfig;
import io.undertow.servlet.api.Deployment;
import io.undertow.servlet.spec.SessionCookieConfigImpl;
import io.undertow.util.AttachmentKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.repository.SessionId;

/**
 * How session ids travel between client and node: {@code <sid>-<store>.<route>} in a cookie or a path parameter, read
 * whatever the route is, written with the route of this node. Thread-safe.
 */
final class RoutedSessionConfig implements SessionConfig {

    private static final String DEFAULT_SAME_SITE = "Lax";

    private final SessionConfig delegate;
    private final Deployment deployment;
    private final ReplicatedSessionManager manager;
    private final String route;
    private final AttachmentKey<Candidates> candidates = AttachmentKey.create(Candidates.class);

    RoutedSessionConfig(SessionConfig delegate, Deployment deployment, ReplicatedSessionManager manager, String route) {
        this.delegate = delegate;
        this.deployment = deployment;
        this.manager = manager;
        this.route = route;
    }

    /** The well-formed ids a client sent, in its order, with what it sent; and the one this exchange goes by. */
    private static final class Candidates {
        final Map<SessionId, String> sent = new LinkedHashMap<>();

        @Nullable
        String chosen;
    }

    /** The ids that may name the session of this exchange, the likeliest first. */
    List<SessionId> candidates(HttpServerExchange exchange) {
        return new ArrayList<>(of(exchange).sent.keySet());
    }

    /** Whose route the client sent with an id. */
    SessionRoute route(HttpServerExchange exchange, SessionId id) {
        String sent = of(exchange).sent.get(id);
        if (sent == null || sent.indexOf('.') < 0) {
            return SessionRoute.NONE;
        }
        return isRouted(sent, id.toString()) ? SessionRoute.OWN : SessionRoute.FOREIGN;
    }

    /** Settles on the id that exists; if the client has it with another node's route, it is given ours. */
    void choose(HttpServerExchange exchange, SessionId id) {
        Candidates all = of(exchange);
        all.chosen = id.toString();
        String sent = all.sent.get(id);
        if (sent != null && !isRouted(sent, id.toString()) && !exchange.isResponseStarted()) {
            setSessionId(exchange, id.toString());
        }
    }

    private Candidates of(HttpServerExchange exchange) {
        Candidates all = exchange.getAttachment(candidates);
        if (all == null) {
            all = new Candidates();
            for (String text : sent(exchange)) {
                Optional<SessionId> id = SessionId.parse(text);
                if (id.isPresent()) {
                    all.sent.putIfAbsent(id.get(), text);
                    all.chosen = all.chosen == null ? id.get().toString() : all.chosen;
                }
            }
            exchange.putAttachment(candidates, all);
        }
        return all;
    }

    private List<String> sent(HttpServerExchange exchange) {
        List<String> texts = new ArrayList<>();
        String other;
        if (delegate instanceof SessionCookieConfigImpl cookies) {
            texts.addAll(CookieHeader.values(exchange, cookies.getName()));
            SessionConfig fallback = cookies.getFallback();
            other = fallback == null ? null : fallback.findSessionId(exchange);
        } else {
            other = delegate.findSessionId(exchange);
        }
        if (other != null) {
            texts.add(other);
        }
        return texts;
    }

    @Override
    public @Nullable String findSessionId(HttpServerExchange exchange) {
        return of(exchange).chosen;
    }

    @Override
    public void setSessionId(HttpServerExchange exchange, String sessionId) {
        of(exchange).chosen = sessionId;
        if (delegate instanceof SessionCookieConfigImpl) {
            scope(exchange).cookie(cookie(exchange, routed(sessionId)));
        } else {
            delegate.setSessionId(exchange, routed(sessionId));
        }
    }

    @Override
    public void clearSession(HttpServerExchange exchange, String sessionId) {
        if (delegate instanceof SessionCookieConfigImpl) {
            scope(exchange).cookie(cookie(exchange, "").setMaxAge(0));
        } else {
            delegate.clearSession(exchange, sessionId);
        }
    }

    private RequestScope scope(HttpServerExchange exchange) {
        return ExchangeSessions.of(exchange).scope(manager, exchange);
    }

    private Cookie cookie(HttpServerExchange exchange, String value) {
        SessionCookieConfigImpl settings = deployment.getServletContext().getSessionCookieConfig();
        Map<String, String> attributes = settings.getAttributes();
        CookieImpl cookie = new CookieImpl(settings.getName(), value);
        cookie.setPath(settings.getPath());
        cookie.setDomain(settings.getDomain());
        cookie.setHttpOnly(settings.isHttpOnly() || !attributes.containsKey("HttpOnly"));
        cookie.setSecure(settings.isSecure() || "https".equals(exchange.getRequestScheme()));
        cookie.setSameSiteMode(attributes.getOrDefault("SameSite", DEFAULT_SAME_SITE));
        if (settings.getMaxAge() >= 0) {
            cookie.setMaxAge(settings.getMaxAge());
        }
        return cookie;
    }

    private String routed(String sessionId) {
        return sessionId + "." + route;
    }

    /** Whether that is what a client sends who has this id from this node. */
    private boolean isRouted(String sent, String sessionId) {
        int dot = sessionId.length();
        return sent.length() == dot + 1 + route.length()
                && sent.startsWith(sessionId)
                && sent.charAt(dot) == '.'
                && sent.endsWith(route);
    }

    @Override
    public SessionCookieSource sessionCookieSource(HttpServerExchange exchange) {
        return delegate.sessionCookieSource(exchange);
    }

    @Override
    public String rewriteUrl(String url, String sessionId) {
        return delegate.rewriteUrl(url, routed(sessionId));
    }
}
