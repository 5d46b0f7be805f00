package org.keepsake.balancer;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.tls.Hsts;
import org.keepsake.balancer.tls.TlsSettings;

/** Sends clients that come by http to https, and tells those that come by https to stay there. Thread-safe. */
final class HttpsOnly {
    private static final HttpString HSTS = new HttpString("Strict-Transport-Security");
    private static final int HTTPS_PORT = 443;

    private final OptionalInt port;
    private final @Nullable String hsts;
    private final ForwardedHeaders forwarded;

    HttpsOnly(Optional<TlsSettings> tls, ForwardedHeaders forwarded) {
        this.port = tls.map(TlsSettings::redirect).orElse(OptionalInt.empty());
        this.hsts = tls.flatMap(TlsSettings::hsts).map(Hsts::field).orElse(null);
        this.forwarded = forwarded;
    }

    /** Whether the client is to come again by https, to {@link #location}. */
    boolean sendsAway(HttpServerExchange exchange) {
        return port.isPresent() && forwarded.scheme(exchange).equals("http");
    }

    /** The same by https, whatever form the target had. */
    String location(HttpServerExchange exchange) {
        String host = RequestHead.host(exchange).replaceAll(":\\d*$", "");
        int to = port.orElseThrow();
        return "https://" + host + (to == HTTPS_PORT ? "" : ":" + to) + RequestHead.target(exchange);
    }

    /** Adds what browsers are to remember, unless the upstream has said so. */
    void remind(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getResponseHeaders();
        if (hsts != null
                && !headers.contains(HSTS)
                && forwarded.scheme(exchange).equals("https")) {
            headers.put(HSTS, hsts);
        }
    }

    /** 301 as everybody does it, but 308 where 301 would make browsers forget the method. */
    static int status(HttpServerExchange exchange) {
        boolean safe = exchange.getRequestMethod().equalToString("GET")
                || exchange.getRequestMethod().equalToString("HEAD");
        return safe ? 301 : 308;
    }
}
