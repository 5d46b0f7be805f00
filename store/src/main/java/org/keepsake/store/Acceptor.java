package org.keepsake.store;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One thread that accepts clients and spreads them over the event loops, until the listener is closed. */
final class Acceptor implements Runnable {

    private static final Logger LOG = System.getLogger(Acceptor.class.getName());
    private static final long PAUSE_MILLIS = 1000;

    private final Server server;
    private final ServerSocketChannel listener;
    private final List<EventLoop> loops;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private int next;

    Acceptor(Server server, ServerSocketChannel listener, List<EventLoop> loops) {
        this.server = server;
        this.listener = listener;
        this.loops = List.copyOf(loops);
    }

    void stop() {
        stopped.countDown();
    }

    @Override
    public void run() {
        boolean more = true;
        while (more) {
            try {
                accept(listener.accept());
            } catch (ClosedChannelException e) {
                more = listener.isOpen();
            } catch (IOException e) {
                LOG.log(Level.WARNING, server.config.name() + ": cannot accept a client: " + e.getMessage());
                more = pause();
            }
        }
    }

    private void accept(SocketChannel channel) throws IOException {
        if (server.admit()) {
            loops.get(next++ % loops.size()).add(channel);
            next %= loops.size();
            return;
        }
        try (channel) {
            channel.configureBlocking(false);
            channel.write(ByteBuffer.wrap(Reply.TOO_MANY_CONNECTIONS));
        } catch (ClosedChannelException e) {
            LOG.log(Level.DEBUG, server.config.name() + ": a client left before it was told to", e);
        }
    }

    /** Out of file descriptors, most often: it would fail again at once. False when stopped meanwhile. */
    private boolean pause() {
        try {
            return !stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
