package org.keepsake.balancer.gzip;

import io.undertow.conduits.GzipStreamSinkConduit;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compresses responses for clients that take it (RFC 9110, section 12.5.3), as nginx does. Thread-safe. */
public final class Gzip {
    /** Responses whose body is a representation of its own, as nginx has them. */
    private static final Set<Integer> STATUSES = Set.of(StatusCodes.OK, StatusCodes.FORBIDDEN, StatusCodes.NOT_FOUND);

    private final GzipSettings settings;

    public Gzip(GzipSettings settings) {
        this.settings = settings;
    }

    /** To be called when the head of the response is complete, before its body is written. */
    public void prepare(HttpServerExchange exchange) {
        if (!compressible(exchange)) {
            return;
        }
        HeaderMap response = exchange.getResponseHeaders();
        response.add(Headers.VARY, "Accept-Encoding");
        if (!accepted(exchange.getRequestHeaders().get(Headers.ACCEPT_ENCODING))) {
            return;
        }
        response.put(Headers.CONTENT_ENCODING, "gzip");
        response.remove(Headers.CONTENT_LENGTH);
        response.remove(Headers.ACCEPT_RANGES);
        weaken(response);
        if (!exchange.getRequestMethod().equals(Methods.HEAD)) {
            exchange.addResponseWrapper(
                    (factory, wrapped) -> new GzipStreamSinkConduit(factory, wrapped, settings.level()));
        }
    }

    private boolean compressible(HttpServerExchange exchange) {
        HeaderMap response = exchange.getResponseHeaders();
        long length = exchange.getResponseContentLength();
        return STATUSES.contains(exchange.getStatusCode())
                && !exchange.isHttp10()
                && !response.contains(Headers.CONTENT_ENCODING)
                && (length < 0 || length >= Math.max(1, settings.minLength()))
                && settings.types().contains(type(response))
                && !has(response.get(Headers.CACHE_CONTROL), "no-transform");
    }

    private static String type(HeaderMap response) {
        String type = response.getFirst(Headers.CONTENT_TYPE);
        if (type == null) {
            return "";
        }
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private static boolean has(@Nullable HeaderValues lines, String directive) {
        return lines != null
                && lines.stream().anyMatch(line -> line.toLowerCase(Locale.ROOT).contains(directive));
    }

    private static boolean accepted(@Nullable HeaderValues lines) {
        if (lines == null) {
            return false;
        }
        boolean any = false;
        for (String line : lines) {
            for (String coding : line.split(",", -1)) {
                String[] parts =
                        coding.toLowerCase(Locale.ROOT).replace(" ", "").split(";", -1);
                boolean refused = parts.length > 1 && parts[1].matches("q=0(\\.0*)?");
                if (parts[0].equals("gzip") || parts[0].equals("x-gzip")) {
                    return !refused;
                }
                any |= parts[0].equals("*") && !refused;
            }
        }
        return any;
    }

    /** The bytes are no longer those that a strong validator stands for. */
    private static void weaken(HeaderMap response) {
        String tag = response.getFirst(Headers.ETAG);
        if (tag != null && tag.startsWith("\"")) {
            response.put(Headers.ETAG, "W/" + tag);
        }
    }
}
