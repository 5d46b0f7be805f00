package org.keepsake.node.deploy;

import io.undertow.server.HttpHandler;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainer;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.file.Path;

/** An application that is deployed and serves requests. Thread-safe. */
public final class Application implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Application.class.getName());

    private final Path war;
    private final ContextName context;
    private final ServletContainer container;
    private final DeploymentManager manager;
    private final ApplicationClassLoader loader;
    private final HttpHandler handler;

    Application(
            Path war,
            ContextName context,
            ServletContainer container,
            DeploymentManager manager,
            ApplicationClassLoader loader,
            HttpHandler handler) {
        this.war = war;
        this.context = context;
        this.container = container;
        this.manager = manager;
        this.loader = loader;
        this.handler = handler;
    }

    /** The context path, {@code /shop}; the root is {@code /}. */
    public String context() {
        return context.toString();
    }

    /** The file or directory it came from. */
    public Path war() {
        return war;
    }

    /** Serves the requests below its context path. */
    public HttpHandler handler() {
        return handler;
    }

    /** Undeploys: sessions are handed over, servlets, filters and listeners destroyed, files closed. */
    @Override
    public void close() {
        undeploy(container, manager, loader, context);
    }

    /** Takes down what was started of a deployment, as far as that was. */
    static void undeploy(
            ServletContainer container, DeploymentManager manager, ApplicationClassLoader loader, ContextName context) {
        try {
            if (manager.getState() == DeploymentManager.State.STARTED) {
                manager.stop();
            } else if (manager.getState() == DeploymentManager.State.DEPLOYED) {
                // It failed while it was started, and may have its sessions already.
                manager.getDeployment().getSessionManager().stop();
            }
            if (manager.getState() == DeploymentManager.State.DEPLOYED) {
                manager.undeploy();
            }
        } catch (ServletException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "application " + context + ": failed while it was stopped", e);
        }
        if (manager.getDeployment() != null) {
            DeploymentInfo info = manager.getDeployment().getDeploymentInfo();
            container.removeDeployment(info);
        }
        closeLoader(loader, context);
    }

    static void closeLoader(ApplicationClassLoader loader, ContextName context) {
        try {
            loader.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "application " + context + ": a library could not be closed", e);
        }
    }
}
