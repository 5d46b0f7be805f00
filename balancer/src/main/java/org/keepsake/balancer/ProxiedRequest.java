package org.keepsake.balancer;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.rotation.Choice;
import org.keepsake.balancer.rotation.Peer;
import org.keepsake.balancer.rotation.Place;
import org.keepsake.balancer.rotation.Preference;
import org.keepsake.balancer.rotation.Waiter;
import org.keepsake.balancer.upstream.BadMessageException;
import org.keepsake.balancer.upstream.MessageBody;
import org.keepsake.balancer.upstream.ResponseHead;
import org.keepsake.balancer.upstream.UpstreamConnection;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.ConduitStreamSinkChannel;

/**
 * One request from its head to the last byte of its response: which upstreams are tried, and what the client gets when none
 * answers. Belongs to one I/O thread; every entry from the selector goes through {@link #guard}.
 *
 * <p>A request is tried again only while the client has seen nothing. Once a byte of it may have reached an upstream, only
 * if doing it twice is doing it once (RFC 9110, section 9.2.2) and its body can be repeated.
 */
final class ProxiedRequest {
    private static final System.Logger LOG = System.getLogger(ProxiedRequest.class.getName());
    private static final Set<HttpString> IDEMPOTENT =
            Set.of(Methods.GET, Methods.HEAD, Methods.OPTIONS, Methods.PUT, Methods.DELETE);
    private static final HttpString DEBUG_HEADER = new HttpString("X-Keepsake-Upstream");

    /** How much of a request that nobody wants is still read, so that the client sees the response before a reset. */
    private static final int MAX_LINGER = 1024 * 1024;

    private final Front front;
    private final HttpServerExchange exchange;
    private final EventLoop loop;
    private final RequestBody body;
    private final boolean idempotent;
    private final boolean upgrade;
    private final byte[] head;
    private final Preference preference;
    private final List<Peer> tried = new ArrayList<>(2);

    /** The names of all that were asked, in their order. */
    private final List<String> asked = new ArrayList<>(2);

    /** When the first of them was asked, and when the last one has answered; 0 for not yet. */
    private long askedAt;

    private long answeredAt;
    private final long startedAt = System.nanoTime();

    /** Set while it waits because all upstreams are full. */
    private @Nullable Waiter waiter;

    private @Nullable Attempt attempt;
    private @Nullable Failure lastFailure;
    private @Nullable ResponseRelay relay;
    private @Nullable Tunnel tunnel;
    private Side waitingFor = Side.UPSTREAM;
    private long lastProgress = startedAt;

    private boolean freeRetryUsed;
    private boolean sawAvailable;
    private boolean responseStarted;
    private boolean lingering;
    private int lingered;
    private boolean over;

    /** Whether it counts among those that a stop waits for. */
    private boolean counted;

    ProxiedRequest(Front front, HttpServerExchange exchange, EventLoop loop) {
        this.front = front;
        this.exchange = exchange;
        this.loop = loop;
        HttpString method = exchange.getRequestMethod();
        boolean chunked = comesInChunks(exchange);
        this.idempotent = IDEMPOTENT.contains(method);
        this.upgrade = RequestCheck.wantsWebSocket(exchange);
        this.body = new RequestBody(
                exchange, chunked, idempotent, front.config().gate().maxBodySize());
        this.head = front.requestHead().write(exchange, chunked, upgrade);
        this.preference = front.preferences().of(exchange);
    }

    /** Whether the upstream gets the body in chunks; HTTP/2 needs no word for a body of unknown length. */
    private static boolean comesInChunks(HttpServerExchange exchange) {
        boolean unknown = Http2Check.isHttp2(exchange)
                && !exchange.isRequestComplete()
                && !exchange.getRequestHeaders().contains(Headers.CONTENT_LENGTH);
        return unknown || exchange.getRequestHeaders().contains(Headers.TRANSFER_ENCODING);
    }

    /** Answers at once, without asking an upstream. */
    void refuse(int status, String sentence) {
        begin();
        answer(status, sentence);
    }

    /** Has the request answered by an upstream. */
    void start() {
        begin();
        if (Http2Check.isHttp2(exchange)) {
            watchStream();
        }
        if (body.endReached()) {
            watchClient();
        }
        next();
    }

    private void begin() {
        loop.add(this);
        counted = true;
        front.began();
    }

    /** Runs a step; whatever unforeseen happens in it ends this request and nothing else. */
    void guard(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "balancer: unexpected failure, the client is cut off", e);
            abort();
        }
    }

    // ---- choosing and trying ----

    private void next() {
        int most = front.config().maxTries();
        if (most > 0 && tried.size() >= most) {
            giveUp();
        } else {
            ask(preference, true);
        }
    }

    private void ask(Preference wish, boolean wait) {
        Waiter asking = new Waiter(
                tried, wish, (told, choice) -> loop.thread().execute(() -> guard(() -> served(told, choice))));
        Choice choice = front.rotation().choose(asking, wait);
        if (choice == Choice.Without.WAITS) {
            waiter = asking;
            attempt = null;
            waitFor(Side.QUEUE);
        } else {
            go(choice);
        }
    }

    /** It has waited long enough, unless it has ended or gone elsewhere meanwhile. */
    private void served(Waiter told, Choice choice) {
        if (told == waiter) {
            waiter = null;
            go(choice);
        } else if (choice instanceof Place place) {
            place.close();
        }
    }

    private void go(Choice choice) {
        if (choice instanceof Place place) {
            sawAvailable |= !place.lastResort();
            asked.add(place.peer().name());
            askedAt = askedAt == 0 ? System.nanoTime() : askedAt;
            attempt(place, false);
        } else if (choice == Choice.Without.FULL) {
            log(StatusCodes.SERVICE_UNAVAILABLE, "all upstreams are full");
            answer(StatusCodes.SERVICE_UNAVAILABLE, "All servers that could answer this request are busy.");
        } else {
            giveUp();
        }
    }

    private void stopWaiting() {
        if (waiter != null) {
            front.rotation().cancel(waiter);
            waiter = null;
        }
    }

    private void attempt(Place place, boolean fresh) {
        body.rewind();
        attempt = new Attempt(this, place);
        attempt.start(fresh);
    }

    void attemptFailed(Attempt failed, Failure failure, String why) {
        Peer peer = failed.peer();
        boolean repeatable = body.replayable() && (idempotent || !failed.sentAnything());
        boolean stale = failure == Failure.CLOSED && failed.stale();
        if (stale && repeatable && !freeRetryUsed && !peer.removed()) {
            freeRetryUsed = true;
            attempt(failed.place(), true);
            return;
        }
        tried.add(peer);
        lastFailure = failure;
        if (failure.unhealthy() && !stale) {
            failed.place().failed(why);
        }
        failed.place().close();
        LOG.log(System.Logger.Level.DEBUG, "upstream {0}: {1} ({2})", peer.name(), failure, why);
        if (repeatable && failure != Failure.BAD_RESPONSE) {
            next();
        } else {
            log(failure.status(), peer.name() + ": " + why);
            answer(failure.status(), sentence(failure));
        }
    }

    private void giveUp() {
        Failure last = lastFailure;
        if (last == null || !sawAvailable) {
            log(StatusCodes.SERVICE_UNAVAILABLE, "no upstream is available");
            answer(StatusCodes.SERVICE_UNAVAILABLE, "No server is available to answer this request.");
        } else {
            log(
                    last.status(),
                    "tried " + String.join(", ", tried.stream().map(Peer::name).toList()) + ", last: " + last);
            answer(last.status(), sentence(last));
        }
    }

    private static String sentence(Failure failure) {
        return switch (failure) {
            case REFUSED, CLOSED, REMOVED -> "The server that should answer this request is not reachable.";
            case CONNECT_TIMEOUT, READ_TIMEOUT -> "The server that should answer this request took too long.";
            case BAD_RESPONSE -> "The server that should answer this request gave an invalid response.";
        };
    }

    private void log(int status, String why) {
        front.errors()
                .log(
                        "balancer: {0} for {1} {2}: {3}",
                        status, exchange.getRequestMethod(), exchange.getRequestURI(), why);
    }

    /** Upstreams have left the pool: what waits for one of them and can be done elsewhere is done elsewhere. */
    void upstreamsRemoved(Collection<Peer> gone) {
        Attempt current = attempt;
        if (over || responseStarted || current == null || !gone.contains(current.peer())) {
            return;
        }
        boolean repeatable = body.replayable() && (idempotent || !current.sentAnything());
        if (repeatable) {
            guard(() -> current.fail(Failure.REMOVED, "it left the pool"));
        }
    }

    // ---- the response ----

    void answered(Attempt by, ResponseHead response, PooledByteBuffer rest) {
        MessageBody responseBody;
        try {
            responseBody = MessageBody.of(response, exchange.getRequestMethod().equals(Methods.HEAD));
            ResponseFields.checkUpgrade(response, upgrade);
        } catch (BadMessageException e) {
            rest.close();
            by.fail(Failure.BAD_RESPONSE, String.valueOf(e.getMessage()));
            return;
        }
        by.place().succeeded();
        answeredAt = System.nanoTime();
        responseStarted = true;
        ResponseFields.copy(response, exchange);
        front.preferences().bind(exchange, preference, by.peer());
        if (front.config().debugHeaders()) {
            exchange.getResponseHeaders().put(DEBUG_HEADER, by.peer().name());
        }
        keepOrCloseClient();
        if (response.status() == StatusCodes.SWITCHING_PROTOCOLS) {
            openTunnel(by, rest);
            return;
        }
        front.gzip().ifPresent(gzip -> gzip.prepare(exchange));
        StreamSinkChannel client = exchange.getResponseChannel();
        if (client == null) {
            rest.close();
            clientGone();
            return;
        }
        relay = new ResponseRelay(this, by, responseBody, response.keepAlive(), rest, client);
        relay.start();
    }

    /** What is told of the connection, whoever answers. */
    private void keepOrCloseClient() {
        front.httpsOnly().remind(exchange);
        if (front.closing()) {
            exchange.setPersistent(false);
        }
        ResponseFields.keepAlive(exchange);
    }

    private void openTunnel(Attempt by, PooledByteBuffer rest) {
        UpstreamConnection upstream = by.takeOver();
        upstream.suspendReads();
        exchange.upgradeChannel("websocket", (client, done) -> guard(() -> tunnel(client, upstream, rest)));
        // A stop does not wait for tunnels: they have no end of their own.
        uncount();
        exchange.addExchangeCompleteListener((done, nextListener) -> {
            if (!done.getConnection().isOpen()) {
                upstream.close();
                rest.close();
                finish();
            }
            nextListener.proceed();
        });
        exchange.endExchange();
    }

    private void tunnel(StreamConnection client, UpstreamConnection upstream, PooledByteBuffer rest) {
        tunnel = new Tunnel(
                client, upstream, exchange.getConnection().getByteBufferPool(), rest, this::progress, this::finish);
        tunnel.start();
    }

    /** The balancer's own answer. */
    private void answer(int status, String sentence) {
        responseStarted = true;
        attempt = null;
        byte[] content = front.errorPages().prepare(exchange, status, sentence);
        keepOrCloseClient();
        StreamSinkChannel client = exchange.getResponseChannel();
        if (client == null) {
            clientGone();
            return;
        }
        waitFor(Side.CLIENT);
        relay = new ResponseRelay(this, ByteBuffer.wrap(content), client);
        relay.start();
    }

    /** Behind the body of the response, if the client's protocol has a place for them. */
    void trailers(@Nullable HeaderMap trailers) {
        if (trailers != null) {
            exchange.putAttachment(HttpAttachments.RESPONSE_TRAILERS, Trailers.passed(trailers));
        }
    }

    /** The upstream broke off within the response: the client must not take what it has for the whole. */
    void responseBroken(@Nullable String why) {
        if (attempt != null) {
            attempt.place().failed("response broken off: " + why);
            log(exchange.getStatusCode(), attempt.peer().name() + ": response broken off: " + why);
        }
        abort();
    }

    /** The client has the response; what it still sends of the request is read for a while and dropped. */
    void responseSent() {
        if (attempt != null) {
            attempt.close();
        }
        if (body.endReached() || exchange.isRequestComplete()) {
            finish();
            exchange.endExchange();
            return;
        }
        lingering = true;
        waitFor(Side.CLIENT);
        linger();
    }

    private void linger() {
        if (over) {
            return;
        }
        if (!exchange.isPersistent() && exchange.getConnection() instanceof HttpServerConnection connection) {
            LingeringClose.start(connection, MAX_LINGER, () -> guard(this::abort));
            return;
        }
        try {
            lingered += body.drop(() -> guard(this::linger));
        } catch (ClientGoneException e) {
            abort();
            return;
        }
        if (body.endReached()) {
            finish();
            exchange.endExchange();
        } else if (lingered > MAX_LINGER) {
            abort();
        }
    }

    // ---- ends ----

    private void watchClient() {
        if (exchange.getConnection() instanceof HttpServerConnection connection && !upgrade) {
            ClientWatch.start(connection, () -> guard(this::clientGone));
        }
    }

    /** Notices that a client resets its HTTP/2 stream before it has any of the response. */
    private void watchStream() {
        ConduitStreamSinkChannel sink = Connectors.getConduitSinkChannel(exchange);
        sink.setWriteListener(ignored -> {
            sink.suspendWrites();
            if (!sink.isOpen()) {
                guard(this::clientGone);
            }
        });
    }

    /** All of the request has gone to the upstream. */
    void bodySent() {
        waitFor(Side.UPSTREAM);
        if (!responseStarted) {
            watchClient();
        }
    }

    /** The client broke off its request, or the framing of it. */
    void clientBroke(ClientGoneException how) {
        if (responseStarted || how.status() == 0) {
            clientGone();
            return;
        }
        if (attempt != null) {
            attempt.close();
        }
        exchange.setPersistent(false);
        answer(how.status(), how.sentence());
    }

    /** The client hung up: nobody waits for the upstream's answer any more. */
    void clientGone() {
        if (!over) {
            LOG.log(System.Logger.Level.DEBUG, "balancer: client gone from {0}", exchange.getRequestURI());
            abort();
        }
    }

    /** Cuts off both sides. */
    private void abort() {
        if (over) {
            return;
        }
        if (relay != null) {
            relay.close();
        }
        if (attempt != null) {
            attempt.close();
        }
        if (tunnel != null) {
            tunnel.close();
        }
        finish();
        IoUtils.safeClose(exchange.getConnection());
        exchange.endExchange();
    }

    private void finish() {
        if (!over) {
            over = true;
            body.release();
            loop.remove(this);
            stopWaiting();
            if (attempt != null) {
                attempt.place().close();
            }
            uncount();
        }
    }

    private void uncount() {
        if (counted) {
            counted = false;
            front.ended();
        }
    }

    // ---- time ----

    void waitFor(Side side) {
        waitingFor = side;
        progress();
    }

    void progress() {
        lastProgress = System.nanoTime();
    }

    /** Called regularly: nothing may wait for ever. */
    void checkTime(long now) {
        if (!over && now - lastProgress > patience().toNanos()) {
            guard(this::timedOut);
        }
    }

    private Duration patience() {
        BalancerConfig config = front.config();
        return switch (waitingFor) {
            case QUEUE -> config.rotation().queueTimeout();
            // A relay of an earlier attempt has no say in this one.
            case CONNECT -> responseStarted ? config.readTimeout() : config.connectTimeout();
            case UPSTREAM -> config.readTimeout();
            case CLIENT -> clientPatience(config);
        };
    }

    private Duration clientPatience(BalancerConfig config) {
        if (tunnel != null) {
            return config.readTimeout();
        }
        return responseStarted
                ? config.listen().timeouts().send()
                : config.listen().timeouts().body();
    }

    private void waitedTooLong() {
        stopWaiting();
        // Its own upstream is full, others may have room. Nobody waits twice.
        ask(preference.elsewhere(), false);
    }

    private void timedOut() {
        if (waiter != null) {
            waitedTooLong();
        } else if (tunnel != null || lingering) {
            abort();
        } else if (responseStarted) {
            if (waitingFor == Side.UPSTREAM) {
                responseBroken("nothing more came in time");
            } else {
                abort();
            }
        } else if (waitingFor == Side.CLIENT) {
            if (attempt != null) {
                attempt.close();
            }
            exchange.setPersistent(false);
            answer(StatusCodes.REQUEST_TIME_OUT, "The request did not arrive in time.");
        } else if (attempt != null) {
            boolean connecting = waitingFor == Side.CONNECT;
            attempt.fail(
                    connecting ? Failure.CONNECT_TIMEOUT : Failure.READ_TIMEOUT,
                    connecting ? "connect timed out" : "no response in time");
        }
    }

    // ---- what the access log tells ----

    List<String> asked() {
        return asked;
    }

    /** From the first attempt to the head of the response, in nanoseconds; 0 if none came. */
    long upstreamNanos() {
        return answeredAt == 0 ? 0 : answeredAt - askedAt;
    }

    long startedAt() {
        return startedAt;
    }

    boolean responseStarted() {
        return responseStarted;
    }

    // ---- what attempts and relays need ----

    EventLoop loop() {
        return loop;
    }

    RequestBody body() {
        return body;
    }

    byte[] head() {
        return head;
    }

    boolean idempotent() {
        return idempotent;
    }

    PooledByteBuffer allocate() {
        return exchange.getConnection().getByteBufferPool().allocate();
    }
}
