package org.keepsake.launcher;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.keepsake.launcher.cluster.Service;

/** The admin port: {@code GET /health} answers 200 when every role is ready, 503 while one starts or drains. */
final class AdminServer implements AutoCloseable {

    private static final int MAX_THREADS = 4;

    private final HttpServer server;
    private final Supplier<Service.State> state;
    private final ExecutorService threads = new ThreadPoolExecutor(
            MAX_THREADS, MAX_THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "keepsake-admin");
                thread.setDaemon(true);
                return thread;
            });

    private AdminServer(HttpServer server, Supplier<Service.State> state) {
        this.server = server;
        this.state = state;
    }

    /** @throws IOException when the address cannot be bound */
    static AdminServer start(InetSocketAddress address, Supplier<Service.State> state) throws IOException {
        // A client that sends half a request must not keep others from being answered, nor stay for ever.
        System.setProperty("sun.net.httpserver.maxReqTime", "5");
        System.setProperty("sun.net.httpserver.maxRspTime", "5");
        AdminServer admin = new AdminServer(HttpServer.create(address, 0), state);
        admin.server.setExecutor(admin.threads);
        admin.server.createContext("/", admin::notFound);
        admin.server.createContext("/health", admin::health);
        admin.server.start();
        return admin;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void health(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestURI().getPath().equals("/health")) {
            notFound(exchange);
            return;
        }
        Service.State now = state.get();
        answer(exchange, now == Service.State.READY ? 200 : 503, now.name().toLowerCase(java.util.Locale.ROOT));
    }

    private void notFound(HttpExchange exchange) throws IOException {
        answer(exchange, 404, "this port has /health");
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(status, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }
}
