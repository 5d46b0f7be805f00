package org.keepsake.balancer;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.keepsake.balancer.rotation.Peer;
import org.keepsake.balancer.upstream.ConnectionPool;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

/**
 * What one I/O thread owns: the requests it serves and the idle connections it keeps. Touched on that thread alone, so
 * nothing here is locked.
 */
final class EventLoop {
    private static final int MAX_IDLE_PER_UPSTREAM = 256;

    /** Shorter than the minute after which servers commonly close an idle connection. */
    private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(50);

    private final XnioIoThread thread;
    private final XnioExecutor.Key ticking;
    private final ConnectionPool<Peer> pool = new ConnectionPool<>(MAX_IDLE_PER_UPSTREAM, MAX_IDLE_NANOS);
    private final Set<ProxiedRequest> requests = new LinkedHashSet<>();

    EventLoop(XnioIoThread thread, long tickMillis) {
        this.thread = thread;
        this.ticking = thread.executeAtInterval(this::tick, tickMillis, TimeUnit.MILLISECONDS);
    }

    XnioIoThread thread() {
        return thread;
    }

    ConnectionPool<Peer> pool() {
        return pool;
    }

    void add(ProxiedRequest request) {
        requests.add(request);
    }

    void remove(ProxiedRequest request) {
        requests.remove(request);
    }

    /** Called from any thread: lets go of upstreams that have left the pool. */
    void forget(Collection<Peer> gone) {
        thread.execute(() -> {
            gone.forEach(pool::close);
            List.copyOf(requests).forEach(request -> request.upstreamsRemoved(gone));
        });
    }

    /** Called from any thread, before the I/O thread ends: looks after nothing any more. */
    void close() {
        ticking.remove();
    }

    private void tick() {
        long now = System.nanoTime();
        if (!requests.isEmpty()) {
            List.copyOf(requests).forEach(request -> request.checkTime(now));
        }
        pool.expire(now);
    }
}
