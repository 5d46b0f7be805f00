package org.keepsake.balancer;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.accesslog.AccessEntry;
import org.keepsake.balancer.accesslog.AccessLog;

/** Tells the access log of each request when it has ended. Thread-safe. */
final class RequestLog {
    private static final String BASIC = "Basic ";

    /** nginx's status for a client that went before it had an answer. */
    private static final int CLIENT_CLOSED_REQUEST = 499;

    private final AccessLog log;
    private final ForwardedHeaders forwarded;

    RequestLog(AccessLog log, ForwardedHeaders forwarded) {
        this.log = log;
        this.forwarded = forwarded;
    }

    void follow(HttpServerExchange exchange, ProxiedRequest request) {
        exchange.addExchangeCompleteListener((done, next) -> {
            try {
                log.log(entry(done, request));
            } finally {
                next.proceed();
            }
        });
    }

    private AccessEntry entry(HttpServerExchange exchange, ProxiedRequest request) {
        String query = exchange.getQueryString();
        return new AccessEntry(
                System.currentTimeMillis(),
                ForwardedHeaders.text(forwarded.client(exchange)),
                user(exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION)),
                exchange.getRequestHeaders().getFirst(Headers.HOST),
                exchange.getRequestMethod().toString(),
                query.isEmpty() ? exchange.getRequestURI() : exchange.getRequestURI() + "?" + query,
                exchange.getProtocol().toString(),
                request.responseStarted() ? exchange.getStatusCode() : CLIENT_CLOSED_REQUEST,
                exchange.getResponseBytesSent(),
                exchange.getRequestHeaders().getFirst(Headers.REFERER),
                exchange.getRequestHeaders().getFirst(Headers.USER_AGENT),
                request.asked(),
                request.upstreamNanos(),
                System.nanoTime() - request.startedAt());
    }

    /** The name alone: the rest is a password. */
    private static @Nullable String user(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return null;
        }
        try {
            byte[] decoded = Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).strip());
            String credentials = new String(decoded, StandardCharsets.ISO_8859_1);
            int colon = credentials.indexOf(':');
            return colon < 0 ? null : credentials.substring(0, colon);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
