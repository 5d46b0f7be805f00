package org.keepsake.balancer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is next: nginx's smooth weighted round robin with its passive health checks (ngx_http_upstream_round_robin.c).
 * Thread-safe; one lock, held for a walk over the upstreams and never while calling out.
 */
final class Rotation {
    private static final System.Logger LOG = System.getLogger(Rotation.class.getName());

    private final int maxFails;
    private final Duration failTimeout;
    private final LongSupplier clock;

    @GuardedBy("this")
    private long version;

    @GuardedBy("this")
    private List<Peer> peers = List.of();

    /**
     * A peer for a request.
     *
     * @param lastResort whether it is asked only because no upstream that is believed to be up is left
     */
    record Choice(Peer peer, boolean lastResort) {}

    /** @param clock nanoseconds, as {@link System#nanoTime()} counts them */
    Rotation(BalancerConfig config, UpstreamPool pool, LongSupplier clock) {
        this.maxFails = config.maxFails();
        this.failTimeout = config.failTimeout();
        this.clock = clock;
        this.version = pool.version();
        this.peers = pool.upstreams().stream().map(Peer::new).toList();
    }

    /** Replaces the upstreams unless the pool is out of date; returns the peers that are no longer there. */
    synchronized List<Peer> update(UpstreamPool pool) {
        if (pool.version() <= version) {
            return List.of();
        }
        version = pool.version();
        List<Peer> gone = new ArrayList<>(peers);
        List<Peer> now = new ArrayList<>();
        for (Upstream upstream : pool.upstreams()) {
            Peer known = known(upstream);
            if (known != null) {
                known.configure(upstream);
                gone.remove(known);
            }
            now.add(known == null ? new Peer(upstream) : known);
        }
        gone.forEach(Peer::remove);
        peers = List.copyOf(now);
        return gone;
    }

    @GuardedBy("this")
    private @Nullable Peer known(Upstream upstream) {
        for (Peer peer : peers) {
            if (peer.upstream().sameServer(upstream)) {
                return peer;
            }
        }
        return null;
    }

    /** How many upstreams there are. */
    synchronized int size() {
        return peers.size();
    }

    /**
     * The peer for a request: the one its session belongs to if it is available, else the next in turn, else a backup, else
     * one that is believed to be down rather than none.
     *
     * @param tried those that have failed this request
     * @param routes routes its session may belong to, the likeliest first
     * @return null when every upstream was tried
     */
    synchronized @Nullable Choice choose(Collection<Peer> tried, List<String> routes) {
        long now = clock.getAsLong();
        Predicate<Peer> available = peer -> !tried.contains(peer) && peer.available(maxFails, failTimeout, now);
        Peer peer = ofRoutes(routes, available);
        if (peer == null) {
            peer = next(p -> !p.upstream().backup() && available.test(p));
        }
        if (peer == null) {
            peer = next(p -> p.upstream().backup() && available.test(p));
        }
        boolean lastResort = peer == null;
        if (peer == null) {
            peer = next(p -> !tried.contains(p));
        }
        if (peer == null) {
            return null;
        }
        peer.chosen(failTimeout, now);
        return new Choice(peer, lastResort);
    }

    @GuardedBy("this")
    private @Nullable Peer ofRoutes(List<String> routes, Predicate<Peer> eligible) {
        for (String route : routes) {
            for (Peer peer : peers) {
                if (peer.upstream().route().equals(route) && eligible.test(peer)) {
                    return peer;
                }
            }
        }
        return null;
    }

    @GuardedBy("this")
    private @Nullable Peer next(Predicate<Peer> eligible) {
        Peer best = null;
        int total = 0;
        for (Peer peer : peers) {
            if (eligible.test(peer)) {
                total += peer.saveUp();
                if (best == null || peer.savedUp() > best.savedUp()) {
                    best = peer;
                }
            }
        }
        if (best != null) {
            best.pay(total);
        }
        return best;
    }

    /** Counts a failure of the upstream: no connection, no answer, or no well-formed one. */
    void failed(Peer peer, String why) {
        boolean out;
        synchronized (this) {
            out = peer.fail(maxFails, failTimeout, clock.getAsLong());
        }
        if (out && !peer.removed()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "upstream {0} is out for {1} s: {2}",
                    peer.name(),
                    Objects.toString(failTimeout.toMillis() / 1000.0),
                    why);
        }
    }

    /** Counts an answer of the upstream to a request that was begun at the time. */
    void succeeded(Peer peer, long startedAt) {
        boolean back;
        synchronized (this) {
            back = peer.succeed(maxFails, startedAt);
        }
        if (back) {
            LOG.log(System.Logger.Level.INFO, "upstream {0} is back", peer.name());
        }
    }
}
