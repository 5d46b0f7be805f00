package org.keepsake.balancer.listen;

import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.http2.Http2Channel;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.keepsake.balancer.gate.AddressRange;
import org.keepsake.balancer.tls.Tls;
import org.keepsake.balancer.tls.TlsSettings;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/** The ports, Undertow's HTTP behind them, and the I/O threads. */
public final class Listener {
    /** Bytes that the head of a request may have; those that are a little over can still be answered 431. */
    public static final int MAX_HEAD = 64 * 1024;

    private static final int MAX_READ_HEAD = 2 * MAX_HEAD;
    private static final int BUFFER_SIZE = 16 * 1024;
    private static final int BACKLOG = 4096;

    /** As nginx. */
    private static final int MAX_STREAMS = 128;

    /** How long clients may take to hear that no more requests are taken. */
    private static final long GOOD_BYE_MILLIS = 500;

    private static final int CERTIFICATES_EVERY_SECONDS = 2;

    private static final OptionMap HTTP = OptionMap.builder()
            .set(UndertowOptions.MAX_HEADER_SIZE, MAX_READ_HEAD)
            .set(UndertowOptions.MAX_HEADERS, 1000)
            .set(UndertowOptions.MAX_PARAMETERS, MAX_HEAD)
            .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
            // The target is passed on as it came; control characters in it are refused later.
            .set(UndertowOptions.DECODE_URL, false)
            .set(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true)
            .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
            .set(UndertowOptions.BUFFER_PIPELINED_DATA, false)
            .set(UndertowOptions.HTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, MAX_STREAMS)
            .set(UndertowOptions.HTTP2_SETTINGS_ENABLE_PUSH, false)
            .getMap();

    static {
        // Undertow takes the least of this and the options above, and reads it once.
        System.setProperty(Http2Channel.HTTP2_MAX_HEADER_SIZE_PROPERTY, Integer.toString(MAX_READ_HEAD));
    }

    private final ListenSettings settings;
    private final int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    private final XnioWorker worker;
    private final ByteBufferPool buffers = new DefaultByteBufferPool(true, BUFFER_SIZE, -1, 4);
    private final HttpOpenListener http;
    private final Http2Listener http2;

    /** Http first, then https if there is any. */
    private final List<AcceptingChannel<? extends StreamConnection>> ports = new ArrayList<>();

    private Optional<XnioExecutor.Key> following = Optional.empty();

    private Listener(ListenSettings settings, HttpHandler handler) throws IOException {
        this.settings = settings;
        this.worker = Xnio.getInstance(Listener.class.getClassLoader())
                .createWorker(OptionMap.builder()
                        .set(Options.WORKER_NAME, "keepsake-balancer")
                        .set(Options.WORKER_IO_THREADS, threads)
                        // No request ever leaves its I/O thread; what TLS has to compute does.
                        .set(Options.WORKER_TASK_CORE_THREADS, 1)
                        .set(Options.WORKER_TASK_MAX_THREADS, settings.tls().isPresent() ? threads : 1)
                        .set(Options.TCP_NODELAY, true)
                        .getMap());
        this.http = new HttpOpenListener(buffers, options());
        this.http.setRootHandler(handler);
        this.http2 = new Http2Listener(buffers, BUFFER_SIZE, options(), handler);
    }

    /**
     * Binds the ports and serves.
     *
     * @throws BindException when the port for http is taken
     * @throws IOException when that for https is
     * @throws org.keepsake.balancer.tls.CertificateProblem when a certificate cannot be used
     */
    public static Listener open(ListenSettings settings, HttpHandler handler) throws IOException {
        Optional<Tls> tls = settings.tls().isPresent()
                ? Optional.of(Tls.of(settings.tls().get().certificates()))
                : Optional.empty();
        Listener listener = new Listener(settings, handler);
        try {
            listener.bind(settings.http(), listener.http);
            if (tls.isPresent()) {
                listener.secure(settings.tls().orElseThrow(), tls.get());
            }
            return listener;
        } catch (IOException | RuntimeException e) {
            listener.stopAccepting();
            listener.worker.shutdownNow();
            throw e;
        }
    }

    private void secure(TlsSettings tls, Tls certificates) throws IOException {
        TlsAcceptor acceptor = new TlsAcceptor(
                worker.getXnio(),
                certificates,
                buffers,
                http,
                tls.http2() ? Optional.of(http2) : Optional.empty(),
                settings.timeouts().header());
        try {
            bind(tls.listen(), acceptor);
        } catch (BindException e) {
            throw new IOException(
                    "port %d on %s cannot be bound (%s); choose another with --tls-port"
                            .formatted(tls.listen().getPort(), tls.listen().getHostString(), e.getMessage()),
                    e);
        }
        following = Optional.of(thread().executeAtInterval(
                        () -> worker.execute(certificates::follow), CERTIFICATES_EVERY_SECONDS, TimeUnit.SECONDS));
    }

    private void bind(InetSocketAddress address, ChannelListener<StreamConnection> protocol) throws IOException {
        Acceptor acceptor = new Acceptor(
                AddressRange.parse("accept-proxy", settings.acceptProxy()),
                settings.timeouts().header(),
                protocol);
        AcceptingChannel<? extends StreamConnection> port =
                worker.createStreamConnectionServer(address, ChannelListeners.openListenerAdapter(acceptor), sockets());
        ports.add(port);
        port.resumeAccepts();
    }

    private OptionMap options() {
        return OptionMap.builder()
                .addAll(HTTP)
                .set(UndertowOptions.NO_REQUEST_TIMEOUT, (int)
                        settings.timeouts().keepalive().toMillis())
                .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, (int)
                        settings.timeouts().header().toMillis())
                .getMap();
    }

    private OptionMap sockets() {
        return OptionMap.builder()
                .set(Options.WORKER_IO_THREADS, threads)
                .set(Options.TCP_NODELAY, true)
                .set(Options.REUSE_ADDRESSES, true)
                .set(Options.BALANCING_TOKENS, 1)
                .set(Options.BALANCING_CONNECTIONS, 2)
                .set(Options.BACKLOG, BACKLOG)
                .getMap();
    }

    /** Where http is served. */
    public InetSocketAddress address() {
        return ports.get(0).getLocalAddress(InetSocketAddress.class);
    }

    /** Where https is served. */
    public Optional<InetSocketAddress> tlsAddress() {
        return ports.size() < 2 ? Optional.empty() : Optional.of(ports.get(1).getLocalAddress(InetSocketAddress.class));
    }

    /** One of the I/O threads. */
    public XnioIoThread thread() {
        return worker.getIoThread();
    }

    /** Frees the ports. */
    public void stopAccepting() {
        ports.forEach(IoUtils::safeClose);
    }

    /** Closes what is still open and ends the threads. */
    public void close() {
        following.ifPresent(XnioExecutor.Key::remove);
        http2.closeConnections();
        http.closeConnections();
        try {
            sayGoodBye();
            worker.shutdown();
            if (!worker.awaitTermination(5, TimeUnit.SECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void sayGoodBye() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GOOD_BYE_MILLIS);
        while (http2.hasConnections() && System.nanoTime() < end) {
            Thread.sleep(5);
        }
    }
}
