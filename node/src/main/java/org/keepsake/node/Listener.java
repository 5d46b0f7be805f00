package org.keepsake.node;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.GracefulShutdownHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/** The HTTP listener of a node: bound when it is made, and closed without cutting off requests under way. */
final class Listener implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Listener.class.getName());

    /** As many blocking requests at a time as Tomcat serves; threads are made when they are needed. */
    private static final int MAX_THREADS = 200;

    private static final int IO_THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

    private static final int MAX_HEADER_BYTES = 64 * 1024;
    private static final int MAX_HEADERS = 200;

    /** For the header of a request to arrive; a client that needs longer ties up a connection. */
    private static final int HEADER_TIMEOUT_MILLIS = 30_000;

    /** For a connection without a request; longer than a balancer keeps one, so that it is the one who closes. */
    private static final int IDLE_TIMEOUT_MILLIS = 300_000;

    private static final long UNLIMITED = -1;

    private final Undertow server;
    private final XnioWorker worker;
    private final RequestThreads threads;
    private final GracefulShutdownHandler graceful;
    private final Duration stopTimeout;

    private Listener(
            Undertow server,
            XnioWorker worker,
            RequestThreads threads,
            GracefulShutdownHandler graceful,
            Duration stopTimeout) {
        this.server = server;
        this.worker = worker;
        this.threads = threads;
        this.graceful = graceful;
        this.stopTimeout = stopTimeout;
    }

    /**
     * Binds the address and serves.
     *
     * @throws java.net.BindException when the port is taken
     */
    static Listener bind(InetSocketAddress address, HttpHandler handler, Duration stopTimeout) throws IOException {
        RequestThreads threads = new RequestThreads(MAX_THREADS);
        XnioWorker worker = Xnio.getInstance(Undertow.class.getClassLoader())
                .createWorkerBuilder()
                .populateFromOptions(OptionMap.create(Options.WORKER_IO_THREADS, IO_THREADS))
                .setExternalExecutorService(threads)
                .build();
        GracefulShutdownHandler graceful = new GracefulShutdownHandler(new ForwardedHeaders(new FormLimit(handler)));
        Undertow server = Undertow.builder()
                .addListener(new Undertow.ListenerBuilder()
                        .setType(Undertow.ListenerType.HTTP)
                        .setHost(address.getAddress().getHostAddress())
                        .setPort(address.getPort()))
                .setWorker(worker)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER_BYTES)
                .setServerOption(UndertowOptions.MAX_HEADERS, MAX_HEADERS)
                // Undertow's own limit is 2 MB for everything. How large an upload may be is the application's to say,
                // by
                // its multipart-config; forms, which are read into memory, have a limit of their own.
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, UNLIMITED)
                .setServerOption(UndertowOptions.MULTIPART_MAX_ENTITY_SIZE, UNLIMITED)
                .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, HEADER_TIMEOUT_MILLIS)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_TIMEOUT_MILLIS)
                .setHandler(graceful)
                .build();
        Listener listener = new Listener(server, worker, threads, graceful, stopTimeout);
        listener.start();
        return listener;
    }

    private void start() throws IOException {
        try {
            server.start();
        } catch (RuntimeException e) {
            close();
            // Undertow wraps what the system said.
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
    }

    /** New requests get 503 from now on; returns when those under way are finished, or after the stop time-out. */
    void drain() {
        graceful.shutdown();
        try {
            if (!graceful.awaitShutdown(stopTimeout.toMillis())) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "requests still under way after {0} ms are cut off",
                        String.valueOf(stopTimeout.toMillis()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop();
        worker.shutdown();
        threads.shutdown();
        try {
            worker.awaitTermination();
            boolean unused = threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            List<Runnable> unused = worker.shutdownNow();
            unused = threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
