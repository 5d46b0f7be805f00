package org.keepsake.launcher.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The admin port: pages by path, and {@code /health}, which anyone may ask. Thread-safe.
 *
 * <p>{@code GET} and {@code HEAD} read, {@code PUT} changes; {@link AdminAccess} says who may.
 */
public final class AdminServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(AdminServer.class.getName());
    private static final String HEALTH = "/health";
    private static final int MAX_THREADS = 4;
    private static final int LARGEST_BODY = 64 * 1024;

    private final HttpServer server;
    private final AdminAccess access;
    private final Map<String, AdminPage> pages;
    private final ExecutorService threads = new ThreadPoolExecutor(
            MAX_THREADS, MAX_THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "keepsake-admin");
                thread.setDaemon(true);
                return thread;
            });

    private AdminServer(HttpServer server, AdminAccess access, Map<String, AdminPage> pages) {
        this.server = server;
        this.access = access;
        this.pages = new TreeMap<>(pages);
    }

    /**
     * Binds the address and serves the pages, which are found by their whole path.
     *
     * @throws IOException when the address cannot be bound
     */
    public static AdminServer start(InetSocketAddress address, AdminAccess access, Map<String, AdminPage> pages)
            throws IOException {
        // A client that sends half a request must not keep others from being answered, nor stay for ever.
        System.setProperty("sun.net.httpserver.maxReqTime", "5");
        System.setProperty("sun.net.httpserver.maxRspTime", "5");
        AdminServer admin = new AdminServer(HttpServer.create(address, 0), access, pages);
        admin.server.setExecutor(admin.threads);
        admin.server.createContext("/", admin::handle);
        admin.server.start();
        return admin;
    }

    /** The address that is bound, with its real port. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, answer(exchange));
        }
    }

    private AdminAnswer answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        AdminPage page = pages.get(path);
        if (page == null) {
            return AdminAnswer.plain(404, "this port has " + String.join(", ", pages.keySet()));
        }
        String method = exchange.getRequestMethod();
        boolean change = method.equals("PUT");
        if (!change && !method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD, PUT");
            return AdminAnswer.plain(405, "this port understands GET, HEAD and PUT");
        }
        Optional<AdminAnswer> refusal = path.equals(HEALTH) && !change
                ? Optional.empty()
                : access.refusal(
                        exchange.getRemoteAddress(),
                        change,
                        exchange.getRequestHeaders().getFirst("Authorization"));
        if (refusal.isPresent()) {
            return refusal.get();
        }
        // One byte more than may be is read, so that what is longer is seen to be.
        byte[] body = change ? exchange.getRequestBody().readNBytes(LARGEST_BODY + 1) : new byte[0];
        if (body.length > LARGEST_BODY) {
            return AdminAnswer.plain(413, "the body is longer than 64 kB");
        }
        return guarded(path, page, change ? new String(body, StandardCharsets.UTF_8) : null);
    }

    /** A failure of ours must be seen, and must not look like a broken connection. */
    private static AdminAnswer guarded(String path, AdminPage page, @Nullable String body) {
        try {
            return body == null ? page.get() : page.put(body);
        } catch (IllegalArgumentException e) {
            return AdminAnswer.plain(400, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "admin " + path + ": it failed", e);
            return AdminAnswer.plain(500, "this failed; the log says why");
        }
    }

    private static void send(HttpExchange exchange, AdminAnswer answer) throws IOException {
        byte[] body = answer.text().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (answer.status() == 401) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"keepsake\", charset=\"UTF-8\"");
        }
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }
}
