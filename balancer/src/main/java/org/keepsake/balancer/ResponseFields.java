package org.keepsake.balancer;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.util.Set;
import org.keepsake.balancer.upstream.BadMessageException;
import org.keepsake.balancer.upstream.ResponseHead;

/** The head of a response as the client gets it. */
final class ResponseFields {
    private ResponseFields() {}

    /** Status, reason and end-to-end header fields as the upstream sent them. */
    static void copy(ResponseHead response, HttpServerExchange exchange) {
        exchange.setStatusCode(response.status());
        if (!response.reason().isEmpty()) {
            exchange.setReasonPhrase(response.reason());
        }
        Set<HttpString> hopByHop = HopByHop.of(response.headers());
        for (HeaderValues values : response.headers()) {
            if (!hopByHop.contains(values.getHeaderName())) {
                exchange.getResponseHeaders().putAll(values.getHeaderName(), values);
            }
        }
    }

    /** Tells an HTTP/1.0 client that asked for it that its connection stays; in HTTP/1.1 that goes without saying. */
    static void keepAlive(HttpServerExchange exchange) {
        if (exchange.isPersistent() && exchange.isHttp10()) {
            exchange.getResponseHeaders().put(Headers.CONNECTION, "keep-alive");
        }
    }

    /**
     * Refuses a change of protocol that the client did not ask for.
     *
     * @param asked whether it asked for a WebSocket
     */
    static void checkUpgrade(ResponseHead response, boolean asked) throws BadMessageException {
        if (response.status() == StatusCodes.SWITCHING_PROTOCOLS) {
            String protocol = response.headers().getFirst(Headers.UPGRADE);
            if (!asked || !"websocket".equalsIgnoreCase(protocol) || !response.connectionHas("upgrade")) {
                throw new BadMessageException("101 for a protocol that was not asked for");
            }
        }
    }
}
