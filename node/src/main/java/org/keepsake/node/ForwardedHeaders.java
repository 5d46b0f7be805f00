package org.keepsake.node;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.NetworkUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets applications see the client instead of the balancer in front: {@code X-Forwarded-For} gives the remote address,
 * {@code X-Forwarded-Proto} the scheme, {@code X-Forwarded-Host} and {@code X-Forwarded-Port} the server's name and port.
 *
 * <p>The headers count when the peer is a machine of our own, by the rule of Tomcat's {@code RemoteIpValve}: an address
 * that is loopback, link-local or private. From anywhere else they say nothing. Of the addresses in {@code
 * X-Forwarded-For} the client is the last one that is not such a machine.
 */
final class ForwardedHeaders implements HttpHandler {

    /** Each number in its range, which the parser does not check. */
    private static final String IPV4 = "(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})(?:\\.(?!$)|$)){4}";

    private static final Pattern IP_LITERAL = Pattern.compile(IPV4 + "|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]{0,40}");
    private static final Pattern HOST =
            Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::([0-9]{1,5}))?");
    private static final int MAX_PORT = 65_535;

    private final HttpHandler next;

    ForwardedHeaders(HttpHandler next) {
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        InetSocketAddress peer = exchange.getSourceAddress();
        if (peer != null && peer.getAddress() != null && isOurs(peer.getAddress())) {
            HeaderMap headers = exchange.getRequestHeaders();
            scheme(headers).ifPresent(exchange::setRequestScheme);
            host(headers, exchange.getRequestScheme()).ifPresent(host -> headers.put(Headers.HOST, host));
            client(headers).ifPresent(address -> exchange.setSourceAddress(new InetSocketAddress(address, 0)));
        }
        next.handleRequest(exchange);
    }

    /** Several proxies: the client's connection is taken for secure only when every hop was. */
    private static Optional<String> scheme(HeaderMap headers) {
        List<String> schemes = values(headers, Headers.X_FORWARDED_PROTO);
        if (schemes.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(schemes.stream().allMatch("https"::equalsIgnoreCase) ? "https" : "http");
    }

    /** What the client asked for, as a Host header: the port is left out where the scheme implies it. */
    private static Optional<String> host(HeaderMap headers, String scheme) {
        List<String> hosts = values(headers, Headers.X_FORWARDED_HOST);
        if (hosts.isEmpty()) {
            return Optional.empty();
        }
        Matcher match = HOST.matcher(hosts.get(0));
        if (!match.matches()) {
            return Optional.empty();
        }
        Optional<String> port =
                values(headers, Headers.X_FORWARDED_PORT).stream().findFirst();
        String implied = scheme.equals("https") ? "443" : "80";
        String said = match.group(2) != null
                ? match.group(2)
                : port.filter(ForwardedHeaders::isPort).orElse(implied);
        return Optional.of(said.equals(implied) ? match.group(1) : match.group(1) + ":" + said);
    }

    private static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) > 0 && Integer.parseInt(text) <= MAX_PORT;
    }

    private static Optional<InetAddress> client(HeaderMap headers) {
        List<String> hops = values(headers, Headers.X_FORWARDED_FOR);
        Optional<InetAddress> client = Optional.empty();
        for (int i = hops.size() - 1; i >= 0; i--) {
            Optional<InetAddress> address = address(hops.get(i));
            if (address.isEmpty()) {
                return client;
            }
            client = address;
            if (!isOurs(address.get())) {
                return client;
            }
        }
        return client;
    }

    /** Only literals: a name would have to be looked up. */
    private static Optional<InetAddress> address(String text) {
        String literal = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (!IP_LITERAL.matcher(literal).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    literal.indexOf(':') < 0
                            ? NetworkUtils.parseIpv4Address(literal)
                            : NetworkUtils.parseIpv6Address(literal));
        } catch (IOException | IllegalArgumentException e) {
            // Not an address after all; the rest of the list is no more to be believed.
            return Optional.empty();
        }
    }

    private static List<String> values(HeaderMap headers, HttpString name) {
        HeaderValues lines = headers.get(name);
        if (lines == null) {
            return List.of();
        }
        List<String> values = new ArrayList<>();
        for (String line : lines) {
            for (String value : line.split(",", -1)) {
                values.add(value.strip());
            }
        }
        return values;
    }

    /** Whether a machine of this address is believed. */
    static boolean isOurs(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || isCarrierGradeNat(address.getAddress())
                || isUniqueLocal(address.getAddress());
    }

    /** 100.64.0.0/10, RFC 6598. */
    private static boolean isCarrierGradeNat(byte[] address) {
        return address.length == 4 && address[0] == 100 && (address[1] & 0xC0) == 64;
    }

    /** fc00::/7, RFC 4193. */
    private static boolean isUniqueLocal(byte[] address) {
        return address.length == 16 && (address[0] & 0xFE) == 0xFC;
    }
}
