package org.keepsake.store;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A running session store: a server of memcached's text and binary protocols on one port. Thread-safe. Started by {@link #start}, it serves
 * until {@link #close}.
 */
public final class Store implements AutoCloseable {

    private static final Logger LOG = System.getLogger(Store.class.getName());
    private static final int BACKLOG = 1024;
    private static final long STOP_MILLIS = 5000;

    private final StoreConfig config;
    private final ServerSocketChannel listener;
    private final Acceptor acceptor;
    private final List<EventLoop> loops;
    private final List<Thread> threads = new ArrayList<>();
    private final ScheduledExecutorService sweeper;

    private Store(Server server, ServerSocketChannel listener, List<EventLoop> loops) {
        this.config = server.config;
        this.listener = listener;
        this.loops = loops;
        this.acceptor = new Acceptor(server, listener, loops);
        this.sweeper = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, config.name() + "-sweep");
            thread.setDaemon(true);
            return thread;
        });
        for (EventLoop loop : loops) {
            threads.add(new Thread(loop, config.name() + "-loop-" + threads.size()));
        }
        threads.add(new Thread(acceptor, config.name() + "-accept"));
        threads.forEach(Thread::start);
        var unused = sweeper.scheduleWithFixedDelay(() -> sweep(server), 1, 1, TimeUnit.SECONDS);
    }

    /**
     * Binds the address and serves.
     *
     * @throws java.net.BindException the address is taken or not of this host
     * @throws IllegalArgumentException the memory does not fit the Java heap; the message is one sentence for the user
     */
    public static Store start(StoreConfig config) throws IOException {
        return start(config, Ticker.system());
    }

    /** With a clock of one's own. */
    static Store start(StoreConfig config, Ticker ticker) throws IOException {
        HeapCheck.check(config, Runtime.getRuntime().maxMemory());
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(config.listen(), BACKLOG);
            StoreConfig bound = config.listeningOn((InetSocketAddress) listener.getLocalAddress());
            Store store = start(new Server(bound, ticker), listener);
            LOG.log(
                    Level.INFO,
                    "store " + config.name() + ": listens on " + text(bound.listen()) + ", memory "
                            + Bytes.format(config.memory()));
            return store;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    private static Store start(Server server, ServerSocketChannel listener) throws IOException {
        List<EventLoop> loops = new ArrayList<>();
        for (int i = 0; i < server.config.threads(); i++) {
            loops.add(new EventLoop(server));
        }
        return new Store(server, listener, List.copyOf(loops));
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private static void sweep(Server server) {
        try {
            server.cache.sweep();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "store " + server.config.name() + ": expired items could not be removed", e);
        }
    }

    /** The address that is bound, with the real port where 0 was asked for. */
    public InetSocketAddress address() {
        return config.listen();
    }

    /** Stops listening and closes every connection; the items are gone. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (!listener.isOpen()) {
            return;
        }
        acceptor.stop();
        try {
            listener.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "store " + config.name() + ": the listening socket cannot be closed", e);
        }
        sweeper.shutdownNow();
        loops.forEach(EventLoop::stop);
        join();
        LOG.log(Level.INFO, "store " + config.name() + ": stopped");
    }

    private void join() {
        try {
            for (Thread thread : threads) {
                thread.join(STOP_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
