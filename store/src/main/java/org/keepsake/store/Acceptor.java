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
    private static final long PAUSE_MILLIS = 100;

    private final Server server;
    private final ServerSocketChannel listener;
    private final List<EventLoop> loops;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private int next;

    /** Whether the last attempt failed. */
    private boolean failing;

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
        while (listener.isOpen()) {
            try {
                accept(listener.accept());
                failing = false;
            } catch (ClosedChannelException e) {
                LOG.log(Level.DEBUG, "store " + server.config.name() + ": no longer listens");
            } catch (IOException e) {
                warnOnce(e);
                pause();
            }
        }
    }

    private void warnOnce(IOException e) {
        if (!failing) {
            LOG.log(Level.WARNING, "store " + server.config.name() + ": cannot accept clients: " + e.getMessage());
            failing = true;
        }
    }

    private void accept(SocketChannel channel) {
        if (server.admit()) {
            loops.get(next).add(channel);
            next = (next + 1) % loops.size();
        } else {
            reject(channel);
        }
    }

    private void reject(SocketChannel channel) {
        try (channel) {
            channel.configureBlocking(false);
            channel.write(ByteBuffer.wrap(Reply.TOO_MANY_CONNECTIONS));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "store " + server.config.name() + ": a client left before it was told to", e);
        }
    }

    /** Out of file descriptors, most often: it would fail again at once. Ends early when stopped. */
    private void pause() {
        try {
            boolean ended = stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            LOG.log(Level.DEBUG, server.config.name() + (ended ? ": stops" : ": accepts clients again"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
