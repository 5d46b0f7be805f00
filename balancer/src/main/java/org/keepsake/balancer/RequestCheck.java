package org.keepsake.balancer;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.listen.Listener;
import org.keepsake.balancer.upstream.Tokens;

/**
 * What is refused before an upstream is asked. Undertow's parser has already refused bare line ends, Content-Length beside
 * Transfer-Encoding, either of them twice, and a missing or bad Host.
 */
final class RequestCheck {
    static final int MAX_TARGET = 16 * 1024;
    private static final int MAX_LENGTH_DIGITS = 18;

    private RequestCheck() {}

    /**
     * An answer instead of the upstream's, mostly a refusal.
     *
     * @param close whether nothing that follows on the connection can be trusted
     */
    record Refusal(int status, String sentence, boolean close) {}

    /**
     * Null when the request may pass.
     *
     * @param maxBodySize bytes that its body may have; 0 for any number
     */
    static @Nullable Refusal of(HttpServerExchange exchange, long maxBodySize) {
        HttpString method = exchange.getRequestMethod();
        if (method.equals(Methods.CONNECT) || method.equals(Methods.TRACE)) {
            return new Refusal(StatusCodes.METHOD_NOT_ALLOWED, "This method is not allowed here.", true);
        }
        if (exchange.isHttp09()) {
            return new Refusal(StatusCodes.BAD_REQUEST, "HTTP/0.9 is not spoken here.", true);
        }
        String fault = Http2Check.isHttp2(exchange) ? Http2Check.fault(exchange) : null;
        if (fault != null) {
            return new Refusal(StatusCodes.BAD_REQUEST, fault, true);
        }
        Refusal framing = framing(exchange);
        if (framing != null) {
            return framing;
        }
        return maxBodySize > 0 && exchange.getRequestContentLength() > maxBodySize
                ? new Refusal(StatusCodes.REQUEST_ENTITY_TOO_LARGE, BodyTooLargeException.SENTENCE, true)
                : size(exchange);
    }

    private static @Nullable Refusal framing(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getRequestHeaders();
        String coding = headers.getFirst(Headers.TRANSFER_ENCODING);
        if (coding != null && exchange.isHttp10()) {
            return new Refusal(StatusCodes.BAD_REQUEST, "HTTP/1.0 has no transfer codings.", true);
        }
        if (coding != null && !coding.equalsIgnoreCase("chunked")) {
            return new Refusal(StatusCodes.NOT_IMPLEMENTED, "The only transfer coding known here is chunked.", true);
        }
        String length = headers.getFirst(Headers.CONTENT_LENGTH);
        if (length != null && (length.length() > MAX_LENGTH_DIGITS || !digits(length))) {
            return new Refusal(StatusCodes.BAD_REQUEST, "The Content-Length is not a number.", true);
        }
        if (!visible(exchange.getRequestURI()) || !visible(exchange.getQueryString())) {
            return new Refusal(StatusCodes.BAD_REQUEST, "The request target has a forbidden character.", true);
        }
        return null;
    }

    private static boolean digits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean visible(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Refusal size(HttpServerExchange exchange) {
        int target =
                exchange.getRequestURI().length() + exchange.getQueryString().length();
        if (target > MAX_TARGET) {
            return new Refusal(StatusCodes.REQUEST_URI_TOO_LARGE, "The request target is too long.", true);
        }
        long size = target;
        for (HeaderValues values : exchange.getRequestHeaders()) {
            for (String value : values) {
                size += values.getHeaderName().length() + value.length() + 4;
            }
        }
        return size > Listener.MAX_HEAD
                ? new Refusal(StatusCodes.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request header is too large.", true)
                : null;
    }

    /** Whether this asks for a WebSocket (RFC 6455, section 4.1); other upgrades, h2c among them, are never passed on. */
    static boolean wantsWebSocket(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getRequestHeaders();
        HeaderValues connection = headers.get(Headers.CONNECTION);
        return exchange.isHttp11()
                && exchange.getRequestMethod().equals(Methods.GET)
                && exchange.isRequestComplete()
                && connection != null
                && connection.stream().anyMatch(value -> Tokens.has(value, "upgrade"))
                && "websocket".equalsIgnoreCase(headers.getFirst(Headers.UPGRADE));
    }
}
