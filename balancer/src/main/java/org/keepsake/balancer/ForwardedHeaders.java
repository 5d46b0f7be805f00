package org.keepsake.balancer;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.gate.AddressRange;

/**
 * Tells upstreams who the client is: {@code X-Forwarded-For}, {@code -Proto}, {@code -Host}, {@code -Port},
 * {@code X-Real-IP} and {@code Forwarded} (RFC 7239). What a client says of itself is replaced, unless it is a trusted
 * proxy: then its word is kept and, in the lists, added to.
 */
final class ForwardedHeaders {
    private static final HttpString REAL_IP = new HttpString("X-Real-IP");
    private static final HttpString FORWARDED = new HttpString("Forwarded");
    private static final String PREFIX = "x-forwarded-";

    private final List<AddressRange> trusted;

    ForwardedHeaders(List<String> trustedProxies) {
        trusted = AddressRange.parse("trusted proxy", trustedProxies);
    }

    /** Whether a header field of the request is replaced by {@link #write}. */
    static boolean replaces(HttpString name) {
        return name.equals(REAL_IP)
                || name.equals(FORWARDED)
                || (name.length() >= PREFIX.length()
                        && name.toString().toLowerCase(Locale.ROOT).startsWith(PREFIX));
    }

    void write(HttpServerExchange exchange, String host, StringBuilder head) {
        InetAddress peer = exchange.getSourceAddress().getAddress();
        String address = text(peer);
        HeaderMap headers = trusts(peer) ? exchange.getRequestHeaders() : new HeaderMap();
        keepOthers(headers, head);
        field(head, "X-Forwarded-For", list(headers.get(Headers.X_FORWARDED_FOR), address));
        field(head, "X-Forwarded-Proto", kept(headers, Headers.X_FORWARDED_PROTO, exchange.getRequestScheme()));
        field(head, "X-Forwarded-Host", kept(headers, Headers.X_FORWARDED_HOST, host));
        field(head, "X-Forwarded-Port", kept(headers, Headers.X_FORWARDED_PORT, port(exchange, host)));
        field(head, "X-Real-IP", kept(headers, REAL_IP, address));
        field(head, "Forwarded", list(headers.get(FORWARDED), element(exchange, address, host)));
    }

    /**
     * The address of the client: the peer's, or what trusted proxies say of theirs. Read from the right, because what
     * stands left of the last one that is not trusted may be made up.
     */
    InetAddress client(HttpServerExchange exchange) {
        InetAddress peer = exchange.getSourceAddress().getAddress();
        HeaderValues lines = trusts(peer) ? exchange.getRequestHeaders().get(Headers.X_FORWARDED_FOR) : null;
        if (lines == null) {
            return peer;
        }
        InetAddress client = peer;
        String[] hops = String.join(",", lines).split(",", -1);
        for (int i = hops.length - 1; i >= 0 && trusts(client); i--) {
            Optional<InetAddress> hop = AddressRange.address(hops[i].trim());
            if (hop.isEmpty()) {
                break;
            }
            client = hop.get();
        }
        return client;
    }

    /** The scheme that the client speaks, {@code http} or {@code https}: to us, or to a trusted proxy. */
    String scheme(HttpServerExchange exchange) {
        boolean trusted = trusts(exchange.getSourceAddress().getAddress());
        String said = trusted ? exchange.getRequestHeaders().getFirst(Headers.X_FORWARDED_PROTO) : null;
        return "https".equalsIgnoreCase(said) ? "https" : exchange.getRequestScheme();
    }

    private boolean trusts(InetAddress peer) {
        return AddressRange.anyContains(trusted, peer);
    }

    /** A trusted proxy's further words, such as {@code X-Forwarded-Prefix}. */
    private void keepOthers(HeaderMap headers, StringBuilder head) {
        for (HeaderValues values : headers) {
            HttpString name = values.getHeaderName();
            boolean ours = name.equals(Headers.X_FORWARDED_FOR)
                    || name.equals(Headers.X_FORWARDED_PROTO)
                    || name.equals(Headers.X_FORWARDED_HOST)
                    || name.equals(Headers.X_FORWARDED_PORT)
                    || name.equals(REAL_IP)
                    || name.equals(FORWARDED);
            if (!ours && replaces(name)) {
                values.forEach(value -> field(head, name.toString(), value));
            }
        }
    }

    private static void field(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static String list(@Nullable HeaderValues lines, String last) {
        return lines == null ? last : String.join(", ", lines) + ", " + last;
    }

    private static String kept(HeaderMap headers, HttpString name, String otherwise) {
        HeaderValues values = headers.get(name);
        return values == null ? otherwise : String.join(", ", values);
    }

    private static String port(HttpServerExchange exchange, String host) {
        int colon = host.lastIndexOf(':');
        if (colon >= 0 && colon < host.length() - 1 && !host.endsWith("]")) {
            return host.substring(colon + 1);
        }
        if (exchange.getRequestHeaders().contains(Headers.HOST)) {
            return "https".equals(exchange.getRequestScheme()) ? "443" : "80";
        }
        InetSocketAddress local = exchange.getDestinationAddress();
        return Integer.toString(local.getPort());
    }

    private static String element(HttpServerExchange exchange, String address, String host) {
        String node = address.indexOf(':') >= 0 ? "\"[" + address + "]\"" : address;
        boolean quotable = host.indexOf('"') < 0 && host.indexOf('\\') < 0;
        return "for=" + node + (quotable ? ";host=\"" + host + '"' : "") + ";proto=" + exchange.getRequestScheme();
    }

    /** As it stands in header fields and logs: without the zone of a link-local address. */
    static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
