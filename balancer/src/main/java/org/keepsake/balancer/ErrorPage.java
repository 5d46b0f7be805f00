package org.keepsake.balancer;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;

/** The balancer's own answers: small, and in the form the client likes. */
final class ErrorPage {
    /** Seconds after which it is worth to try again when there is no upstream. */
    private static final String RETRY_AFTER = "5";

    private ErrorPage() {}

    /** Sets status and header fields and returns the body. */
    static byte[] prepare(HttpServerExchange exchange, int status, String sentence) {
        exchange.setStatusCode(status);
        String title = status + " " + StatusCodes.getReason(status);
        boolean html = wantsHtml(exchange);
        String text = html
                ? "<!DOCTYPE html>\n<html lang=\"en\"><head><title>" + title + "</title></head>\n<body><h1>" + title
                        + "</h1><p>" + sentence + "</p></body></html>\n"
                : title + "\n" + sentence + "\n";
        byte[] body = text.getBytes(StandardCharsets.US_ASCII);
        exchange.getResponseHeaders()
                .put(Headers.CONTENT_TYPE, html ? "text/html; charset=us-ascii" : "text/plain; charset=us-ascii")
                .put(Headers.CONTENT_LENGTH, Integer.toString(body.length))
                .put(Headers.CACHE_CONTROL, "no-store");
        if (status == StatusCodes.SERVICE_UNAVAILABLE) {
            exchange.getResponseHeaders().put(Headers.RETRY_AFTER, RETRY_AFTER);
        }
        return body;
    }

    private static boolean wantsHtml(HttpServerExchange exchange) {
        HeaderValues accept = exchange.getRequestHeaders().get(Headers.ACCEPT);
        return accept != null && accept.stream().anyMatch(value -> value.contains("text/html"));
    }
}
