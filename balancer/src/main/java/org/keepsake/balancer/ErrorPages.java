package org.keepsake.balancer;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The balancer's own answers: the operator's pages, or small ones in the form the client likes. Immutable. */
final class ErrorPages {
    /** Seconds after which it is worth to try again when there is no upstream. */
    private static final String RETRY_AFTER = "5";

    private static final Set<Integer> TRY_AGAIN = Set.of(StatusCodes.BAD_GATEWAY, StatusCodes.SERVICE_UNAVAILABLE);
    private static final int MAX_SIZE = 1024 * 1024;

    private record Page(String contentType, String content) {}

    private final Map<Integer, Page> pages = new HashMap<>();

    /**
     * Reads the operator's pages.
     *
     * @param files by status
     * @throws IOException when one cannot be read; the message names it
     */
    ErrorPages(Map<Integer, Path> files) throws IOException {
        for (Map.Entry<Integer, Path> each : files.entrySet()) {
            pages.put(each.getKey(), page(each.getValue()));
        }
    }

    private static Page page(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_SIZE) {
                throw new IOException("error-page: " + file + ": it is larger than 1 MB");
            }
            return new Page(contentType(file.toString()), Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            throw new IOException("error-page: " + file + ": there is no such file", e);
        }
    }

    private static String contentType(String file) {
        if (file.endsWith(".json")) {
            return "application/json";
        }
        return file.endsWith(".txt") ? "text/plain" : "text/html";
    }

    /** Sets status and header fields and returns the body. */
    byte[] prepare(HttpServerExchange exchange, int status, String sentence) {
        exchange.setStatusCode(status);
        Page own = pages.get(status);
        Page page = own == null ? made(exchange, status, sentence) : own;
        byte[] body = page.content().getBytes(StandardCharsets.ISO_8859_1);
        exchange.getResponseHeaders()
                .put(Headers.CONTENT_TYPE, page.contentType())
                .put(Headers.CONTENT_LENGTH, Integer.toString(body.length))
                .put(Headers.CACHE_CONTROL, "no-store");
        if (TRY_AGAIN.contains(status)) {
            exchange.getResponseHeaders().put(Headers.RETRY_AFTER, RETRY_AFTER);
        }
        return body;
    }

    private static Page made(HttpServerExchange exchange, int status, String sentence) {
        String title = status + " " + StatusCodes.getReason(status);
        return wantsHtml(exchange)
                ? new Page(
                        "text/html; charset=us-ascii",
                        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>" + title + "</title></head>\n<body><h1>"
                                + title + "</h1><p>" + sentence + "</p></body></html>\n")
                : new Page("text/plain; charset=us-ascii", title + "\n" + sentence + "\n");
    }

    private static boolean wantsHtml(HttpServerExchange exchange) {
        HeaderValues accept = exchange.getRequestHeaders().get(Headers.ACCEPT);
        return accept != null && accept.stream().anyMatch(value -> value.contains("text/html"));
    }
}
