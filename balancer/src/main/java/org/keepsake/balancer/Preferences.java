package org.keepsake.balancer;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.util.List;
import java.util.Optional;
import org.keepsake.balancer.rotation.Algorithm;
import org.keepsake.balancer.rotation.Peer;
import org.keepsake.balancer.rotation.Preference;
import org.keepsake.balancer.rotation.Rotation;

/** Finds out what of a request decides where it goes, and lets the next ones of its client go there too. Thread-safe. */
final class Preferences {

    private final Stickiness stickiness;
    private final Optional<StickyCookie> cookie;
    private final Algorithm algorithm;
    private final Rotation rotation;
    private final ForwardedHeaders forwarded;

    Preferences(BalancerConfig config, Rotation rotation, ForwardedHeaders forwarded) {
        this.stickiness = config.stickiness();
        this.cookie = stickiness.kind() == Stickiness.Kind.COOKIE
                ? Optional.of(new StickyCookie(stickiness.cookie(), config.stickinessSecret()))
                : Optional.empty();
        this.algorithm = config.rotation().algorithm();
        this.rotation = rotation;
        this.forwarded = forwarded;
    }

    Preference of(HttpServerExchange exchange) {
        String key = key(exchange);
        List<String> owners = owners(exchange);
        return key.isEmpty() && owners.isEmpty() ? Preference.NONE : new Preference(owners, key);
    }

    private List<String> owners(HttpServerExchange exchange) {
        return switch (stickiness.kind()) {
            case NONE -> List.of();
            case ROUTE -> Routes.of(exchange.getRequestHeaders(), exchange.getRequestURI());
            case COOKIE ->
                cookie.map(each -> each.owners(exchange.getRequestHeaders(), rotation.peers()))
                        .orElse(List.of());
        };
    }

    private String key(HttpServerExchange exchange) {
        return switch (algorithm.kind()) {
            case ROUND_ROBIN, LEAST_CONN, RANDOM_TWO, EWMA -> "";
            case IP_HASH -> ForwardedHeaders.text(forwarded.client(exchange));
            case URI_HASH -> withoutParameters(exchange.getRequestURI());
            case COOKIE_HASH ->
                Cookies.values(exchange.getRequestHeaders(), algorithm.cookie()).stream()
                        .findFirst()
                        .orElse("");
        };
    }

    /** Undertow leaves the query out already; session ids in paths would make all of them different. */
    private static String withoutParameters(String path) {
        int end = path.indexOf(';');
        return end < 0 ? path : path.substring(0, end);
    }

    /** Adds the balancer's cookie to a response, unless the client has it already. */
    void bind(HttpServerExchange exchange, Preference preference, Peer answered) {
        if (cookie.isPresent() && !preference.owners().contains(answered.name())) {
            boolean secure = forwarded.scheme(exchange).equals("https");
            exchange.getResponseHeaders().add(Headers.SET_COOKIE, cookie.get().bind(answered.name(), secure));
        }
    }
}
