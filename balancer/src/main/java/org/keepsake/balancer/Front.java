package org.keepsake.balancer;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.server.handlers.HttpContinueReadHandler;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.accesslog.AccessLog;
import org.keepsake.balancer.gate.Gate;
import org.keepsake.balancer.gzip.Gzip;
import org.keepsake.balancer.rotation.Peer;
import org.keepsake.balancer.rotation.Rotation;
import org.keepsake.balancer.upstream.Tokens;
import org.xnio.XnioIoThread;

/** Where requests come in: on their I/O threads, and they never leave these. Thread-safe. */
final class Front implements HttpHandler {
    private static final long MAX_TICK_MILLIS = 100;
    private static final long MIN_TICK_MILLIS = 5;
    private static final AttachmentKey<Boolean> COUNTED = AttachmentKey.create(Boolean.class);
    private static final String ALLOWED = "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH";

    private final BalancerConfig config;
    private final Rotation rotation;
    private final ForwardedHeaders forwarded;
    private final Gate gate;
    private final HttpsOnly httpsOnly;
    private final ErrorPages errorPages;
    private final Optional<Monitor> monitor;
    private final Optional<Gzip> gzip;
    private final RequestHead requestHead;
    private final Preferences preferences;
    private final Optional<RequestLog> requestLog;
    private final ErrorLog errors = new ErrorLog(System::nanoTime);
    private final Map<XnioIoThread, EventLoop> loops = new ConcurrentHashMap<>();
    private final InFlight inFlight = new InFlight();
    private volatile boolean closing;

    /**
     * @param accessLog gets an entry for each request
     * @param errorPages what clients get instead of an upstream's answer
     */
    Front(BalancerConfig config, Rotation rotation, Optional<AccessLog> accessLog, ErrorPages errorPages) {
        this.config = config;
        this.rotation = rotation;
        this.forwarded = new ForwardedHeaders(config.trustedProxies());
        this.gate = new Gate(config.gate(), System::nanoTime);
        this.httpsOnly = new HttpsOnly(config.listen().tls(), forwarded);
        this.errorPages = errorPages;
        this.monitor = config.monitorUri().map(uri -> new Monitor(uri, rotation, () -> closing));
        this.gzip = config.gzip().map(Gzip::new);
        this.requestHead = new RequestHead(forwarded);
        this.preferences = new Preferences(config, rotation, forwarded);
        this.requestLog = accessLog.map(log -> new RequestLog(log, forwarded));
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        // Out of Undertow's call, where it would otherwise end the exchange.
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> begin(exchange));
    }

    /** This handler behind what has to be done to the request channel before. */
    HttpHandler root() {
        HttpHandler continuing = new HttpContinueReadHandler(this);
        return exchange -> {
            // Before the other: what is added first is nearest to the connection.
            StrictChunks.addTo(exchange);
            continuing.handleRequest(exchange);
        };
    }

    private void begin(HttpServerExchange exchange) {
        EventLoop loop = loops.computeIfAbsent(exchange.getIoThread(), thread -> new EventLoop(thread, tick()));
        countClient(exchange.getConnection());
        if (Http2Check.isHttp2(exchange)) {
            // Not as the client says: only TLS leads here.
            exchange.setRequestScheme("https");
        }
        if (wantsClose(exchange)) {
            exchange.setPersistent(false);
        }
        RequestCheck.Refusal refusal = refusal(exchange);
        ProxiedRequest request = new ProxiedRequest(this, exchange, loop);
        requestLog.ifPresent(log -> log.follow(exchange, request));
        request.guard(() -> begin(exchange, request, refusal));
    }

    private RequestCheck.@Nullable Refusal refusal(HttpServerExchange exchange) {
        // First: who cannot be read must not keep the connection, whatever else is wrong with him.
        RequestCheck.Refusal unfit = RequestCheck.of(exchange, config.gate().maxBodySize());
        if (unfit != null) {
            return unfit;
        }
        if (monitor.isPresent() && monitor.get().isAsked(exchange)) {
            return monitor.get().answer();
        }
        Gate.Refusal closed = gate.isOpen() ? null : gate.refusal(forwarded.client(exchange));
        if (closed != null) {
            return turnAway(exchange, closed);
        }
        return httpsOnly.sendsAway(exchange) ? sendAway(exchange) : null;
    }

    private static RequestCheck.Refusal turnAway(HttpServerExchange exchange, Gate.Refusal closed) {
        if (closed.retryAfter() > 0) {
            exchange.getResponseHeaders().put(Headers.RETRY_AFTER, closed.retryAfter());
        }
        return new RequestCheck.Refusal(closed.status(), closed.sentence(), false);
    }

    private RequestCheck.Refusal sendAway(HttpServerExchange exchange) {
        exchange.getResponseHeaders().put(Headers.LOCATION, httpsOnly.location(exchange));
        return new RequestCheck.Refusal(HttpsOnly.status(exchange), "This site is served by https.", false);
    }

    private void begin(HttpServerExchange exchange, ProxiedRequest request, RequestCheck.@Nullable Refusal refusal) {
        if (refusal == null) {
            request.start();
            return;
        }
        if (refusal.close()) {
            exchange.setPersistent(false);
        }
        if (refusal.status() == StatusCodes.METHOD_NOT_ALLOWED) {
            exchange.getResponseHeaders().put(Headers.ALLOW, ALLOWED);
        }
        request.refuse(refusal.status(), refusal.sentence());
    }

    private void countClient(ServerConnection connection) {
        if (connection.getAttachment(COUNTED) == null) {
            connection.putAttachment(COUNTED, true);
            inFlight.connected();
            connection.addCloseListener(closed -> inFlight.disconnected());
        }
    }

    /** Undertow knows {@code close} only when it stands alone. */
    private static boolean wantsClose(HttpServerExchange exchange) {
        HeaderValues connection = exchange.getRequestHeaders().get(Headers.CONNECTION);
        return connection != null && connection.stream().anyMatch(value -> Tokens.has(value, "close"));
    }

    /** Often enough for the shortest time-out to be kept fairly. */
    private long tick() {
        long shortest = Stream.of(
                        config.connectTimeout(),
                        config.readTimeout(),
                        config.listen().timeouts().body(),
                        config.listen().timeouts().send(),
                        config.rotation().queueTimeout())
                .mapToLong(Duration::toMillis)
                .min()
                .orElse(MAX_TICK_MILLIS);
        return Math.max(MIN_TICK_MILLIS, Math.min(MAX_TICK_MILLIS, shortest / 4));
    }

    /** To be called before the I/O threads end. */
    void close() {
        loops.values().forEach(EventLoop::close);
    }

    BalancerConfig config() {
        return config;
    }

    Rotation rotation() {
        return rotation;
    }

    RequestHead requestHead() {
        return requestHead;
    }

    Preferences preferences() {
        return preferences;
    }

    HttpsOnly httpsOnly() {
        return httpsOnly;
    }

    Optional<Gzip> gzip() {
        return gzip;
    }

    ErrorPages errorPages() {
        return errorPages;
    }

    ErrorLog errors() {
        return errors;
    }

    void began() {
        inFlight.enter();
    }

    void ended() {
        inFlight.leave();
    }

    /** Whether clients are asked to go elsewhere with their next request. */
    boolean closing() {
        return closing;
    }

    /** Lets go of upstreams that have left the pool. */
    void forget(Collection<Peer> gone) {
        // The threads may be gone already when it is closing.
        if (!gone.isEmpty() && !closing) {
            loops.values().forEach(loop -> loop.forget(gone));
        }
    }

    /** Waits for the requests in flight; returns whether all ended in time. */
    boolean drain(Duration most) {
        closing = true;
        return inFlight.awaitNone(most);
    }
}
