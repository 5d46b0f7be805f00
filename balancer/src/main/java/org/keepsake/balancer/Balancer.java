package org.keepsake.balancer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.keepsake.balancer.accesslog.AccessLog;
import org.keepsake.balancer.listen.Listener;
import org.keepsake.balancer.rotation.AdminState;
import org.keepsake.balancer.rotation.Peer;
import org.keepsake.balancer.rotation.Rotation;
import org.keepsake.balancer.rotation.UpstreamPool;
import org.keepsake.balancer.rotation.UpstreamStatus;

/** A running HTTP load balancer. Thread-safe. */
public final class Balancer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Balancer.class.getName());

    private final Front front;
    private final Rotation rotation;
    private final Listener listener;
    private final Optional<HealthChecks> health;
    private final Optional<AccessLog> accessLog;
    private final Duration drainTimeout;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Balancer(
            BalancerConfig config, Front front, Rotation rotation, Listener listener, Optional<AccessLog> accessLog) {
        this.front = front;
        this.rotation = rotation;
        this.listener = listener;
        this.health = config.health().map(settings -> new HealthChecks(listener.thread(), rotation, settings));
        this.accessLog = accessLog;
        this.drainTimeout = config.drainTimeout();
    }

    /**
     * Binds the listener and starts to serve.
     *
     * @throws java.net.BindException when the port for http is taken
     * @throws IOException when that for https is, or a certificate or the access log cannot be opened
     */
    public static Balancer start(BalancerConfig config, UpstreamPool pool) throws IOException {
        Rotation rotation = new Rotation(config.rotation(), pool, System::nanoTime);
        Optional<AccessLog> accessLog = accessLog(config);
        Balancer balancer = open(config, rotation, accessLog);
        LOG.log(
                System.Logger.Level.INFO,
                "balancer: listening on {0}{1}, {2} upstreams",
                balancer.address().toString(),
                balancer.tlsAddress()
                        .map(address -> " and for https on " + address)
                        .orElse(""),
                pool.upstreams().size());
        return balancer;
    }

    private static Optional<AccessLog> accessLog(BalancerConfig config) throws IOException {
        return config.accessLog().isPresent()
                ? Optional.of(AccessLog.open(config.accessLog().get()))
                : Optional.empty();
    }

    private static Balancer open(BalancerConfig config, Rotation rotation, Optional<AccessLog> accessLog)
            throws IOException {
        try {
            Front front = new Front(config, rotation, accessLog, new ErrorPages(config.errorPages()));
            Listener listener = Listener.open(config.listen(), front.root());
            return new Balancer(config, front, rotation, listener, accessLog);
        } catch (IOException | RuntimeException e) {
            accessLog.ifPresent(AccessLog::close);
            throw e;
        }
    }

    /**
     * Replaces all upstreams; a pool that is not newer than the present one is ignored. Upstreams that stay, by name and
     * address, keep their health and their turn. Requests that wait for one that has gone, and can be done elsewhere, are
     * done elsewhere at once; others are left to finish.
     */
    public void update(UpstreamPool pool) {
        List<Peer> gone = rotation.update(pool);
        gone.forEach(peer -> LOG.log(System.Logger.Level.INFO, "upstream {0} has left", peer.name()));
        front.forget(gone);
    }

    /** How each upstream fares. */
    public List<UpstreamStatus> upstreams() {
        return rotation.status();
    }

    /** How many requests wait because all upstreams are full. */
    public int waiting() {
        return rotation.waiting();
    }

    /**
     * Changes what is wanted of an upstream, until it is changed again; it may go and come back meanwhile.
     *
     * @param weight its share of the requests, 1 to 1000; empty to leave it
     * @param state empty to leave it
     * @return false if there is no upstream of this name
     * @throws IllegalArgumentException when the weight is out of range
     */
    public boolean change(String upstream, OptionalInt weight, Optional<AdminState> state) {
        boolean known = rotation.change(upstream, weight, state);
        if (known) {
            weight.ifPresent(value ->
                    LOG.log(System.Logger.Level.INFO, "upstream {0}: weight {1} from now on", upstream, value));
            state.ifPresent(value ->
                    LOG.log(System.Logger.Level.INFO, "upstream {0}: {1} from now on", upstream, value.word()));
        }
        return known;
    }

    /** The address where http is served, with the port that was taken for port 0. */
    public InetSocketAddress address() {
        return listener.address();
    }

    /** The same for https; empty without. */
    public Optional<InetSocketAddress> tlsAddress() {
        return listener.tlsAddress();
    }

    /** Stops accepting, lets requests in flight finish for at most the drain time-out, then closes everything; once. */
    @Override
    public void close() {
        // XNIO waits for ever for a thread that has ended when a port is closed twice.
        if (closed.getAndSet(true)) {
            return;
        }
        health.ifPresent(HealthChecks::close);
        listener.stopAccepting();
        if (!front.drain(drainTimeout)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "balancer: requests that did not end within {0} s are cut off",
                    drainTimeout.toSeconds());
        }
        front.close();
        listener.close();
        accessLog.ifPresent(AccessLog::close);
        LOG.log(System.Logger.Level.INFO, "balancer: stopped");
    }
}
