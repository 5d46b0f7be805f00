package org.keepsake.balancer;

import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/** The side that clients see: a port, Undertow's HTTP/1.1 on it, and the I/O threads. */
final class Listener {
    private static final int BUFFER_SIZE = 16 * 1024;
    private static final int BACKLOG = 4096;

    private static final OptionMap HTTP = OptionMap.builder()
            // Above what RequestCheck allows, so that a client that is a little over gets a proper 431.
            .set(UndertowOptions.MAX_HEADER_SIZE, 2 * RequestCheck.MAX_HEAD)
            .set(UndertowOptions.MAX_HEADERS, 1000)
            .set(UndertowOptions.MAX_PARAMETERS, RequestCheck.MAX_HEAD)
            .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
            // The target is passed on as it came; RequestCheck refuses control characters in it.
            .set(UndertowOptions.DECODE_URL, false)
            .set(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true)
            .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
            .set(UndertowOptions.BUFFER_PIPELINED_DATA, false)
            .getMap();

    private final XnioWorker worker;
    private final HttpOpenListener http;
    private final AcceptingChannel<? extends StreamConnection> port;

    private Listener(XnioWorker worker, HttpOpenListener http, AcceptingChannel<? extends StreamConnection> port) {
        this.worker = worker;
        this.http = http;
        this.port = port;
    }

    static Listener open(InetSocketAddress address, ClientTimeouts timeouts, HttpHandler handler) throws IOException {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        XnioWorker worker = Xnio.getInstance(Listener.class.getClassLoader())
                .createWorker(OptionMap.builder()
                        .set(Options.WORKER_NAME, "keepsake-balancer")
                        .set(Options.WORKER_IO_THREADS, threads)
                        // No request ever leaves its I/O thread.
                        .set(Options.WORKER_TASK_CORE_THREADS, 1)
                        .set(Options.WORKER_TASK_MAX_THREADS, 1)
                        .set(Options.TCP_NODELAY, true)
                        .getMap());
        try {
            ByteBufferPool buffers = new DefaultByteBufferPool(true, BUFFER_SIZE, -1, 4);
            HttpOpenListener http = new HttpOpenListener(buffers, http(timeouts));
            http.setRootHandler(handler);
            AcceptingChannel<? extends StreamConnection> port = worker.createStreamConnectionServer(
                    address, ChannelListeners.openListenerAdapter(http), sockets(threads));
            port.resumeAccepts();
            return new Listener(worker, http, port);
        } catch (IOException | RuntimeException e) {
            worker.shutdownNow();
            throw e;
        }
    }

    private static OptionMap http(ClientTimeouts timeouts) {
        return OptionMap.builder()
                .addAll(HTTP)
                .set(UndertowOptions.NO_REQUEST_TIMEOUT, (int)
                        timeouts.keepalive().toMillis())
                .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, (int)
                        timeouts.header().toMillis())
                .getMap();
    }

    private static OptionMap sockets(int threads) {
        return OptionMap.builder()
                .set(Options.WORKER_IO_THREADS, threads)
                .set(Options.TCP_NODELAY, true)
                .set(Options.REUSE_ADDRESSES, true)
                .set(Options.BALANCING_TOKENS, 1)
                .set(Options.BALANCING_CONNECTIONS, 2)
                .set(Options.BACKLOG, BACKLOG)
                .getMap();
    }

    InetSocketAddress address() {
        return port.getLocalAddress(InetSocketAddress.class);
    }

    /** One of the I/O threads. */
    XnioIoThread thread() {
        return worker.getIoThread();
    }

    /** Frees the port. */
    void stopAccepting() {
        IoUtils.safeClose(port);
    }

    /** Closes what is still open and ends the threads. */
    void close() {
        http.closeConnections();
        worker.shutdown();
        try {
            if (!worker.awaitTermination(5, TimeUnit.SECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
