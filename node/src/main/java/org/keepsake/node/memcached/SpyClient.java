package org.keepsake.node.memcached;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import net.spy.memcached.ConnectionObserver;
import net.spy.memcached.MemcachedClient;
import net.spy.memcached.ops.Operation;
import org.jspecify.annotations.Nullable;

/** A spymemcached client that connects to one address once, and what became of it. Thread-safe. */
final class SpyClient implements ConnectionObserver {

    // Set before the client, whose I/O thread calls the observer at once.
    private final CountDownLatch established = new CountDownLatch(1);
    private final CountDownLatch lost = new CountDownLatch(1);
    private final AtomicReference<@Nullable String> lostBecause = new AtomicReference<>();

    private final MemcachedClient client;
    private final SpyConnection connection;
    private final StoreNode server;

    /** Starts to connect and returns at once. */
    SpyClient(String store, InetSocketAddress address, Duration operationTimeout) throws IOException {
        SpyLog.toJavaUtilLogging();
        client = new MemcachedClient(new SpyFactory(operationTimeout.toMillis(), this), List.of(address));
        connection = (SpyConnection) client.getConnection();
        connection.setName("keepsake store " + store + " i/o");
        server = connection.server();
    }

    boolean establishedWithin(Duration atMost) throws InterruptedException {
        return established.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    boolean lostWithin(Duration atMost) throws InterruptedException {
        return lost.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Why the connection must not be used any more, or null. */
    @Nullable
    String lostBecause() {
        return lostBecause.get();
    }

    /** The first reason stays. */
    void lose(String why) {
        if (lostBecause.compareAndSet(null, why)) {
            lost.countDown();
        }
    }

    /** Sends an operation, or leaves it to who is sending; never waits. */
    void send(Operation operation) {
        server.addOp(operation);
    }

    /** Ends this client, never from its own I/O thread; that thread ends soon after. */
    void hangUp() {
        lose("closed");
        client.shutdown();
    }

    /** Waits for the I/O thread to end. */
    void awaitEnd(Duration atMost) throws InterruptedException {
        connection.join(atMost.toMillis());
    }

    @Override
    public void connectionEstablished(SocketAddress address, int reconnectCount) {
        established.countDown();
    }

    @Override
    public void connectionLost(SocketAddress address) {
        lose("connection lost");
    }
}
