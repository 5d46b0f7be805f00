package org.keepsake.node.session;

import io.undertow.Undertow;
import io.undertow.server.handlers.PathHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ListenerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EventListener;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.settings.SessionManagerKind;
import org.keepsake.node.session.view.Peers;

/** A node with one application whose pages are lambdas. */
final class TestNode implements AutoCloseable {

    /** A page of the application. */
    @FunctionalInterface
    interface Page {
        void serve(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException;
    }

    private final Sessions sessions;
    private final Map<String, Page> pages = new ConcurrentHashMap<>();
    private final PathHandler root = new PathHandler();
    private final List<DeploymentManager> deployments = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Undertow server;

    TestNode(String name, MemcachedNodes stores) {
        this(name, stores, "/app", Optional.empty(), info -> {});
    }

    TestNode(
            String name,
            MemcachedNodes stores,
            String context,
            Optional<Pattern> ignored,
            Consumer<DeploymentInfo> more) {
        this(SessionSettings.defaults(name).withRequestUriIgnorePattern(ignored), stores, Peers.NONE, context, more);
    }

    TestNode(SessionSettings settings, MemcachedNodes stores, Peers peers) {
        this(settings, stores, peers, "/app", info -> {});
    }

    TestNode(
            SessionSettings settings,
            MemcachedNodes stores,
            Peers peers,
            String context,
            Consumer<DeploymentInfo> more) {
        sessions = settings.manager() == SessionManagerKind.STANDARD
                ? Sessions.standard(settings)
                : Sessions.memcached(settings, stores, peers);
        try {
            deploy(context, more);
            sessions.awaitStores(Duration.ofSeconds(10));
        } catch (ServletException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                // Whatever blocks it holds up all connections.
                .setIoThreads(1)
                .setWorkerThreads(64)
                .setHandler(root)
                .build();
        server.start();
    }

    /** What happened to the sessions of its first application. */
    SessionStatistics statistics() {
        return sessions.statistics().get(0);
    }

    /** What happened to those of all its applications that count it. */
    List<SessionStatistics> allStatistics() {
        return sessions.statistics();
    }

    /** Whether it would change sticky sessions in the heap if no store were there. */
    boolean couldKeepChanges() {
        return sessions.couldKeepChanges();
    }

    /** Whether no store is there and sticky sessions are changed in the heap. */
    boolean keepsChanges() {
        return sessions.keepsChanges();
    }

    /** Sweeps at once, as a node does now and then. */
    void sweep() {
        sessions.sweep();
    }

    /** Hears of other stores. */
    void update(MemcachedNodes newer) {
        sessions.update(newer);
    }

    /** What the nodes have agreed on about the stores. */
    String describeStores() {
        return sessions.describeStores();
    }

    boolean reachesAllStores() {
        return sessions.reachesAllStores();
    }

    void deploy(String context, Consumer<DeploymentInfo> more) throws ServletException {
        DeploymentInfo info = Servlets.deployment()
                .setDeploymentName("test" + context)
                .setContextPath(context)
                .setClassLoader(TestNode.class.getClassLoader())
                .addServlet(
                        Servlets.servlet("pages", HttpServlet.class, new ImmediateInstanceFactory<>(new Pages(pages)))
                                .setAsyncSupported(true)
                                .addMapping("/*"));
        more.accept(info);
        sessions.install(info);
        DeploymentManager manager = Servlets.newContainer().addDeployment(info);
        manager.deploy();
        deployments.add(manager);
        root.addPrefixPath(context, manager.start());
    }

    static Consumer<DeploymentInfo> listening(EventListener listener) {
        return info ->
                info.addListener(new ListenerInfo(listener.getClass(), new ImmediateInstanceFactory<>(listener)));
    }

    TestNode page(String path, Page page) {
        pages.put(path, page);
        return this;
    }

    /** Waits within a page. */
    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With a page that sets an attribute to its parameter {@code v}, and one that prints it. */
    TestNode setsAndGets() {
        return page("/set", (request, response) -> request.getSession().setAttribute("x", request.getParameter("v")))
                .page("/get", (request, response) -> {
                    HttpSession session = request.getSession(false);
                    response.getWriter().print(session == null ? "no session" : session.getAttribute("x"));
                });
    }

    URI at(String path) {
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        return URI.create("http://127.0.0.1:" + address.getPort() + path);
    }

    /** As at a clean stop: the application first, then the listener. Closing again does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        for (DeploymentManager deployment : deployments) {
            try {
                deployment.stop();
                deployment.undeploy();
            } catch (ServletException e) {
                throw new UncheckedIOException(new IOException(e));
            }
        }
        server.stop();
        sessions.close();
    }

    private static final class Pages extends HttpServlet {

        private static final long serialVersionUID = 1L;
        private final transient Map<String, Page> pages;

        Pages(Map<String, Page> pages) {
            this.pages = pages;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            Page page = pages.get(request.getPathInfo());
            if (page == null) {
                response.sendError(404);
            } else {
                page.serve(request, response);
            }
        }
    }
}
