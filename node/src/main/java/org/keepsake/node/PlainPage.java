package org.keepsake.node;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;

/** An answer of the node itself, where no application gives one: a status and one sentence. */
record PlainPage(int status, String sentence) implements HttpHandler {

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        String title = status + " " + StatusCodes.getReason(status);
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/html;charset=UTF-8");
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
        exchange.getResponseSender().send("""
                        <!DOCTYPE html>
                        <html lang="en"><head><meta charset="UTF-8"><title>%s</title>
                        <meta name="viewport" content="width=device-width"></head>
                        <body><h1>%s</h1><p>%s</p></body></html>
                        """.formatted(title, title, sentence), StandardCharsets.UTF_8);
    }
}
