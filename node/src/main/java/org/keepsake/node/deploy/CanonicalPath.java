package org.keepsake.node.deploy;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.CanonicalPathUtils;
import io.undertow.util.StatusCodes;

/**
 * Takes {@code //}, {@code /./} and {@code /../} out of a path before anybody looks at it (Servlet 6.0, section 3.5.2).
 * Otherwise a constraint on {@code /admin/*} would not hold for {@code //admin/list.html}, which is the same file. A
 * path that leaves the application, or has a backslash, is refused with 400.
 */
record CanonicalPath(HttpHandler next) implements HttpHandler {

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String path = exchange.getRelativePath();
        String canonical = path.indexOf('\\') < 0 ? CanonicalPathUtils.canonicalize(path, true) : null;
        if (canonical == null) {
            exchange.setStatusCode(StatusCodes.BAD_REQUEST);
            exchange.endExchange();
            return;
        }
        if (!canonical.equals(path)) {
            exchange.setRelativePath(canonical);
        }
        next.handleRequest(exchange);
    }
}
