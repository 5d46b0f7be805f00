package org.keepsake.node;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.PathHandler;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.keepsake.node.deploy.Application;
import org.keepsake.node.deploy.DeploymentFailed;

/**
 * The applications of a node by context path. Answers 503 until it is told that all are deployed, and 404 where there is
 * none. Requests may come at any time; applications are added by one thread.
 */
final class Contexts implements HttpHandler, AutoCloseable {

    private static final String RETRY_SECONDS = "1";

    private final PathHandler paths =
            new PathHandler(new PlainPage(StatusCodes.NOT_FOUND, "No application is deployed here."));
    private final HttpHandler deploying = new PlainPage(
            StatusCodes.SERVICE_UNAVAILABLE, "This node is still deploying. Please try again in a moment.");

    /** By context; used only by the thread that deploys and closes. */
    private final Map<String, Application> applications = new TreeMap<>();

    /** In the order of deployment, the latest first. */
    private final Deque<Application> latestFirst = new ArrayDeque<>();

    private volatile boolean ready;

    /** The application that has this context already. */
    Optional<Application> at(String context) {
        return Optional.ofNullable(applications.get(context));
    }

    /** @throws DeploymentFailed when the context is taken; the application is then the caller's to close */
    void add(Application application) throws DeploymentFailed {
        requireFree(application.context(), application.war());
        applications.put(application.context(), application);
        latestFirst.push(application);
        paths.addPrefixPath(application.context(), application.handler());
    }

    /** Refuses a second application for a context. */
    void requireFree(String context, java.nio.file.Path war) throws DeploymentFailed {
        Optional<Application> owner = at(context);
        if (owner.isPresent()) {
            throw new DeploymentFailed("war " + war + ": context " + context + " is taken by "
                    + owner.get().war());
        }
    }

    /** From now on requests are let through. */
    void open() {
        ready = true;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (!ready) {
            exchange.getResponseHeaders().put(Headers.RETRY_AFTER, RETRY_SECONDS);
            deploying.handleRequest(exchange);
            return;
        }
        paths.handleRequest(exchange);
    }

    /** Undeploys all, the latest first. */
    @Override
    public void close() {
        paths.clearPaths();
        latestFirst.forEach(Application::close);
        latestFirst.clear();
        applications.clear();
    }
}
