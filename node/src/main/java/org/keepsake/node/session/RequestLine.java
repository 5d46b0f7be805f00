package org.keepsake.node.session;

import io.undertow.server.HttpServerExchange;

/**
 * What a request asks for, as patterns are matched with it and as it is remembered. Immutable.
 *
 * @param method as in the request
 * @param uri as in the request, without the query
 * @param query empty if there is none
 */
record RequestLine(String method, String uri, String query) {

    static RequestLine of(HttpServerExchange exchange) {
        return new RequestLine(
                exchange.getRequestMethod().toString(), exchange.getRequestURI(), exchange.getQueryString());
    }

    /** {@code METHOD uri}. */
    String path() {
        return method + " " + uri;
    }

    /** {@code METHOD uri?query}. */
    @Override
    public String toString() {
        return query.isEmpty() ? path() : path() + "?" + query;
    }
}
