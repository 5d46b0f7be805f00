package org.keepsake.node;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

/**
 * Bounds the bodies that become request parameters ({@code application/x-www-form-urlencoded}): they are held in memory
 * whole. Tomcat allows 2 MiB; this is generous for any form and still nothing to exhaust a heap with.
 */
record FormLimit(HttpHandler next) implements HttpHandler {

    static final long MAX_BYTES = 10L << 20;

    private static final String FORM = "application/x-www-form-urlencoded";

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String type = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
        if (type != null && type.regionMatches(true, 0, FORM, 0, FORM.length())) {
            exchange.setMaxEntitySize(MAX_BYTES);
        }
        next.handleRequest(exchange);
    }
}
