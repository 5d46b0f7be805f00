package org.keepsake.balancer;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The head of a request as an upstream gets it. */
final class RequestHead {
    private final ForwardedHeaders forwarded;

    RequestHead(ForwardedHeaders forwarded) {
        this.forwarded = forwarded;
    }

    /**
     * The request line and header fields, target and end-to-end fields byte for byte as the client sent them.
     *
     * @param chunked whether the body follows in chunks
     * @param upgrade whether the request asks for a WebSocket
     */
    byte[] write(HttpServerExchange exchange, boolean chunked, boolean upgrade) {
        StringBuilder head = new StringBuilder(512);
        HeaderMap headers = exchange.getRequestHeaders();
        String host = host(exchange);
        head.append(exchange.getRequestMethod()).append(' ').append(target(exchange));
        head.append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
        Set<HttpString> hopByHop = HopByHop.of(headers);
        for (HeaderValues values : headers) {
            HttpString name = values.getHeaderName();
            if (name.equals(Headers.COOKIE) && values.size() > 1) {
                // HTTP/2 may send each cookie in a field of its own (RFC 9113, section 8.2.3).
                head.append("Cookie: ").append(String.join("; ", values)).append("\r\n");
            } else if (passed(name, hopByHop)) {
                fields(values, head);
            }
        }
        if (chunked) {
            head.append("Transfer-Encoding: chunked\r\n");
        }
        if (upgrade) {
            head.append("Connection: Upgrade\r\nUpgrade: websocket\r\n");
        }
        forwarded.write(exchange, host, head);
        // Undertow's parser turned bytes into characters one to one.
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean passed(HttpString name, Set<HttpString> hopByHop) {
        return !hopByHop.contains(name)
                && !name.equals(Headers.HOST)
                // 100 Continue is answered here, once an upstream is there to take the body.
                && !name.equals(Headers.EXPECT)
                && !ForwardedHeaders.replaces(name);
    }

    /** Adds a line for each value. */
    static void fields(HeaderValues values, StringBuilder head) {
        HttpString name = values.getHeaderName();
        for (String value : values) {
            head.append(name).append(": ").append(value).append("\r\n");
        }
    }

    /** The host of a request and its port if it is not the usual one, as in its header or, without, as it came here. */
    static String host(HttpServerExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
        if (host != null) {
            return host;
        }
        // HTTP/1.0: the upstream is spoken to in HTTP/1.1, which asks for one.
        InetSocketAddress local = exchange.getDestinationAddress();
        String address = local.getAddress().getHostAddress();
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + local.getPort();
    }

    /** Path and query of a request, byte for byte as the client sent them. */
    static String target(HttpServerExchange exchange) {
        String uri = exchange.getRequestURI();
        if (exchange.isHostIncludedInRequestURI()) {
            uri = originForm(exchange, uri);
        }
        String query = exchange.getQueryString();
        return query.isEmpty() ? uri : uri + "?" + lostQuestionMark(exchange, query) + query;
    }

    /** An absolute-form target as the origin server wants it (RFC 9112, section 3.2.1). */
    private static String originForm(HttpServerExchange exchange, String uri) {
        int path = uri.indexOf('/', uri.indexOf("://") + 3);
        if (path >= 0) {
            return uri.substring(path);
        }
        return exchange.getRequestMethod().equalToString("OPTIONS") ? "*" : "/";
    }

    /** Undertow drops a question mark that a query begins with, but not from the name of the first parameter. */
    private static String lostQuestionMark(HttpServerExchange exchange, String query) {
        int end = 0;
        while (end < query.length() && query.charAt(end) != '=' && query.charAt(end) != '&') {
            end++;
        }
        String name = query.substring(0, end);
        var parameters = exchange.getQueryParameters();
        return parameters.containsKey("?" + name) && !parameters.containsKey(name) ? "?" : "";
    }
}
