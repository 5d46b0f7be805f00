package org.keepsake.balancer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A running HTTP/1.1 load balancer. Thread-safe. */
public final class Balancer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Balancer.class.getName());

    private final Front front;
    private final Rotation rotation;
    private final Listener listener;
    private final Duration drainTimeout;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Balancer(Front front, Rotation rotation, Listener listener, Duration drainTimeout) {
        this.front = front;
        this.rotation = rotation;
        this.listener = listener;
        this.drainTimeout = drainTimeout;
    }

    /**
     * Binds the listener and starts to serve.
     *
     * @throws java.net.BindException when the port is taken
     * @throws IOException when the listener cannot be opened
     */
    public static Balancer start(BalancerConfig config, UpstreamPool pool) throws IOException {
        Rotation rotation = new Rotation(config, pool, System::nanoTime);
        Front front = new Front(config, rotation);
        Balancer balancer =
                new Balancer(front, rotation, Listener.open(config.listen(), front.root()), config.drainTimeout());
        LOG.log(
                System.Logger.Level.INFO,
                "balancer: listening on {0}, {1} upstreams",
                balancer.address().toString(),
                pool.upstreams().size());
        return balancer;
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

    /** The bound address, with the port that was taken for port 0. */
    public InetSocketAddress address() {
        return listener.address();
    }

    /** Stops accepting, lets requests in flight finish for at most the drain time-out, then closes everything; once. */
    @Override
    public void close() {
        // XNIO waits for ever for a thread that has ended when a port is closed twice.
        if (closed.getAndSet(true)) {
            return;
        }
        listener.stopAccepting();
        if (!front.drain(drainTimeout)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "balancer: requests that did not end within {0} s are cut off",
                    drainTimeout.toSeconds());
        }
        front.close();
        listener.close();
        LOG.log(System.Logger.Level.INFO, "balancer: stopped");
    }
}
