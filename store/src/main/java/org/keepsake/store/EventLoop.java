package org.keepsake.store;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One thread that serves its share of the connections. {@link #add} and {@link #stop} may be called by anyone; the rest
 * belongs to the thread.
 */
final class EventLoop implements Runnable {

    private static final Logger LOG = System.getLogger(EventLoop.class.getName());
    private static final int BUFFER = 64 << 10;
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final Server server;
    private final Selector selector;
    private final Queue<SocketChannel> arrivals = new ConcurrentLinkedQueue<>();
    private final byte[] input = new byte[BUFFER];
    private final ByteBuffer staging = ByteBuffer.allocateDirect(BUFFER);
    private final CommandLine line = new CommandLine();
    private volatile boolean stopped;

    EventLoop(Server server) throws IOException {
        this.server = server;
        this.selector = Selector.open();
    }

    /** Serves an admitted client from now on. */
    void add(SocketChannel channel) {
        arrivals.add(channel);
        selector.wakeup();
    }

    /** Makes the thread close its connections and end. */
    void stop() {
        stopped = true;
        selector.wakeup();
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                selector.select(this::serve);
                registerArrivals();
            }
        } catch (IOException | ClosedSelectorException e) {
            LOG.log(Level.ERROR, "store " + server.config.name() + ": an event loop ends, its clients are closed", e);
        } finally {
            closeAll();
        }
    }

    private void registerArrivals() {
        for (SocketChannel channel = arrivals.poll(); channel != null; channel = arrivals.poll()) {
            try {
                register(channel);
            } catch (IOException e) {
                server.release();
                closeQuietly(channel);
            }
        }
    }

    private void register(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        Connection connection = new Connection(server, channel, NUMBERS.incrementAndGet(), staging, line);
        channel.register(selector, SelectionKey.OP_READ, connection);
        server.opened(connection);
        connection.logIfVerbose("connected");
    }

    private void serve(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            connection.serve(key, input);
        } catch (IOException | CancelledKeyException e) {
            connection.logIfVerbose("lost: " + e.getMessage());
            connection.close();
        } catch (OutOfMemoryError e) {
            connection.log(Level.ERROR, "closed: no Java heap left, raise -Xmx or lower --memory");
            connection.close();
        } catch (RuntimeException e) {
            LOG.log(
                    Level.ERROR,
                    "store " + server.config.name() + ": client " + connection.remoteAddress() + " closed",
                    e);
            connection.close();
        } finally {
            staging.clear();
        }
    }

    private void closeAll() {
        for (SelectionKey key : selector.keys()) {
            ((Connection) key.attachment()).close();
        }
        for (SocketChannel channel = arrivals.poll(); channel != null; channel = arrivals.poll()) {
            server.release();
            closeQuietly(channel);
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "store " + server.config.name() + ": a selector cannot be closed", e);
        }
    }

    private void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "store " + server.config.name() + ": a client that left cannot be closed", e);
        }
    }
}
