package org.keepsake.balancer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.keepsake.balancer.rotation.Upstream;
import org.keepsake.balancer.rotation.UpstreamPool;

/** Balancers for tests: on a free port of the loopback, with time-outs that no test waits for unless it wants to. */
final class Balancers {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Balancers() {}

    static InetSocketAddress freePort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    static BalancerConfig config() {
        return BalancerConfig.defaults(freePort())
                .withConnectTimeout(Duration.ofSeconds(20))
                .withReadTimeout(Duration.ofSeconds(20))
                .withDebugHeaders(true);
    }

    static Balancer start(BalancerConfig config, Upstream... upstreams) throws IOException {
        return Balancer.start(config, new UpstreamPool(1, List.of(upstreams)));
    }

    static Balancer start(FakeBackend... backends) throws IOException {
        Upstream[] upstreams = new Upstream[backends.length];
        for (int i = 0; i < backends.length; i++) {
            upstreams[i] = backends[i].upstream(Character.toString('A' + i));
        }
        return start(config(), upstreams);
    }

    /** An address that nobody listens on. */
    static InetSocketAddress nobody() throws IOException {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    static Upstream upstream(String name, InetSocketAddress address) {
        return new Upstream(name, address, name, 1, false);
    }

    static void eventually(String what, Callable<Boolean> condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("not in time: " + what);
                }
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (Exception e) {
            throw new AssertionError(what, e);
        }
    }
}
