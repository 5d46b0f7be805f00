package org.keepsake.node;

import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.GracefulShutdownHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/** The HTTP listener of a node: bound when it is made, and closed without cutting off requests under way. */
final class Listener implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Listener.class.getName());

    /** As many blocking requests at a time as Tomcat serves; threads are made when they are needed. */
    private static final int MAX_THREADS = 200;

    /** They only read and parse; the fewer, the more of that each does without sleeping in between. */
    private static final int IO_THREADS = (Runtime.getRuntime().availableProcessors() + 1) / 2;

    private static final int MAX_HEADER_BYTES = 64 * 1024;
    private static final int MAX_HEADERS = 200;

    /** For the header of a request to arrive; a client that needs longer ties up a connection. */
    private static final int HEADER_TIMEOUT_MILLIS = 30_000;

    /** For a connection without a request; longer than a balancer keeps one, so that it is the one who closes. */
    private static final int IDLE_TIMEOUT_MILLIS = 300_000;

    private static final long UNLIMITED = -1;

    private static final int BACKLOG = 1000;

    /** As Undertow's own: with what frames a chunk, it is what goes out in one write. */
    private static final int BUFFER_SIZE = 16 * 1024 - 20;

    private static final int BUFFERS_OF_A_THREAD = 4;

    private static final OptionMap HTTP = OptionMap.builder()
            .set(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER_BYTES)
            .set(UndertowOptions.MAX_HEADERS, MAX_HEADERS)
            // Undertow's own limit is 2 MB for everything. How large an upload may be is the application's to say, by
            // its multipart-config; forms, which are read into memory, have a limit of their own.
            .set(UndertowOptions.MAX_ENTITY_SIZE, UNLIMITED)
            .set(UndertowOptions.MULTIPART_MAX_ENTITY_SIZE, UNLIMITED)
            .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
            .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
            .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, HEADER_TIMEOUT_MILLIS)
            .set(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_TIMEOUT_MILLIS)
            .getMap();

    private static final OptionMap SOCKETS = OptionMap.builder()
            .set(Options.WORKER_IO_THREADS, IO_THREADS)
            .set(Options.TCP_NODELAY, true)
            .set(Options.REUSE_ADDRESSES, true)
            .set(Options.BALANCING_TOKENS, 1)
            .set(Options.BALANCING_CONNECTIONS, 2)
            .set(Options.BACKLOG, BACKLOG)
            .getMap();

    private final XnioWorker worker;
    private final RequestThreads threads;
    private final HttpOpenListener http;
    private final AcceptingChannel<? extends StreamConnection> port;
    private final GracefulShutdownHandler graceful;
    private final Duration stopTimeout;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Listener(
            XnioWorker worker,
            RequestThreads threads,
            HttpOpenListener http,
            AcceptingChannel<? extends StreamConnection> port,
            GracefulShutdownHandler graceful,
            Duration stopTimeout) {
        this.worker = worker;
        this.threads = threads;
        this.http = http;
        this.port = port;
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
        XnioWorker worker = Xnio.getInstance(Listener.class.getClassLoader())
                .createWorkerBuilder()
                .populateFromOptions(OptionMap.create(Options.WORKER_IO_THREADS, IO_THREADS))
                .setExternalExecutorService(threads)
                .build();
        try {
            GracefulShutdownHandler graceful =
                    new GracefulShutdownHandler(new ForwardedHeaders(new FormLimit(handler)));
            HttpOpenListener http =
                    new HttpOpenListener(new DefaultByteBufferPool(true, BUFFER_SIZE, -1, BUFFERS_OF_A_THREAD), HTTP);
            http.setRootHandler(LazyReads.resumedLast(graceful));
            AcceptingChannel<? extends StreamConnection> port = worker.createStreamConnectionServer(
                    address,
                    ChannelListeners.openListenerAdapter(connection -> {
                        LazyReads.of(connection);
                        http.handleEvent(connection);
                    }),
                    SOCKETS);
            port.resumeAccepts();
            return new Listener(worker, threads, http, port, graceful, stopTimeout);
        } catch (IOException | RuntimeException e) {
            end(worker, threads);
            throw e;
        }
    }

    InetSocketAddress address() {
        return port.getLocalAddress(InetSocketAddress.class);
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

    /** Frees the port and cuts off what is left. Closing again does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        IoUtils.safeClose(port);
        http.closeConnections();
        end(worker, threads);
    }

    private static void end(XnioWorker worker, RequestThreads threads) {
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
