package org.keepsake.node.memcached;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.store.Outcome;

/**
 * Keeps one store connected, on a thread of its own: probe, connect, beat until the epoch is over, discard, again. The
 * thread may block, in a name look-up say, without holding up another store.
 */
final class Keeper implements Runnable {

    /** For one probe. Longer than the probe interval: a store that wakes from a freeze answers the probe that waits. */
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(1);

    /** Until a store that refused the login, or the protocol, is tried again: each try may count against the user. */
    private static final Duration REFUSAL_PAUSE = Duration.ofSeconds(5);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final Logger LOG = System.getLogger(Keeper.class.getName());

    private final ConnectionSettings settings;
    private final StoreConnection store;
    private final Timer timer;
    private final CountDownLatch firstContact = new CountDownLatch(1);
    private final Thread thread;

    /** Open while the thread may be blocked in it. */
    private volatile @Nullable Probe probe;

    private volatile boolean closed;

    /** Whether the store was up once, so that it speaks the protocol. Only the keeper's thread. */
    private boolean understood;

    /** Whether the log says that the store is down. Only the keeper's thread. */
    private boolean saidDown;

    /** Whether the log says that the store refused the login, or the protocol. Only the keeper's thread. */
    private boolean saidRefused;

    Keeper(ConnectionSettings settings, StoreConnection store, Timer timer) {
        this.settings = settings;
        this.store = store;
        this.timer = timer;
        thread = new Thread(this, "keepsake store " + name());
        thread.setDaemon(true);
    }

    StoreConnection store() {
        return store;
    }

    void start() {
        thread.start();
    }

    /** Waits until the store was up once, or was tried once and is down. */
    boolean contactedWithin(Duration atMost) throws InterruptedException {
        return firstContact.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Begins to end; {@link #awaitEnd} waits for it. */
    void close() {
        closed = true;
        thread.interrupt();
        close(probe);
        store.close();
    }

    /** Waits for the keeper and its client to end, not for ever: a caller's stage may hold up the I/O thread. */
    void awaitEnd() throws InterruptedException {
        if (Thread.currentThread() != thread) {
            thread.join(CLOSE_PATIENCE.toMillis());
        }
    }

    @Override
    public void run() {
        while (!closed) {
            Duration rest = settings.probeInterval();
            try {
                serve();
            } catch (LoginRefused | WrongProtocol e) {
                sayRefused(e);
                rest = REFUSAL_PAUSE;
            } catch (IOException e) {
                sayDown(reason(e));
            } catch (InterruptedException e) {
                // Only close() interrupts this thread, and the loop looks at it.
                continue;
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "store " + name() + ": cannot be kept connected, trying again", e);
            }
            firstContact.countDown();
            pause(rest);
        }
        firstContact.countDown();
    }

    /** One epoch, at the first address that answers. They are looked up each time anew: the store may have moved. */
    private void serve() throws IOException, InterruptedException {
        MemcachedNode node = store.node();
        IOException refusal = new UnknownHostException(node.host());
        for (InetAddress place : InetAddress.getAllByName(node.host())) {
            try {
                serveAt(new InetSocketAddress(place, node.port()));
                return;
            } catch (IOException e) {
                refusal = e;
            }
        }
        throw refusal;
    }

    /** One epoch, from the first knock to the end; throws only if there was none. */
    private void serveAt(InetSocketAddress address) throws IOException, InterruptedException {
        try (Probe knock = settings.protocol().probe()) {
            probe = knock;
            if (closed) {
                return;
            }
            knock.connect(address, PROBE_PATIENCE);
            boolean login = login(knock, address);
            SpyClient client = new SpyClient(name(), address, settings.operationTimeout());
            try {
                live(establish(client, knock, address), login);
            } finally {
                client.hangUp();
                awaitEndIfClosed(client);
            }
        } finally {
            probe = null;
        }
    }

    private boolean login(Probe knock, InetSocketAddress address) throws IOException {
        try {
            return knock.login(settings.credentials());
        } catch (LoginRefused e) {
            throw e;
        } catch (IOException e) {
            Protocol other = settings.protocol().other();
            // The second look: one that just woke from a freeze answers whatever it is asked.
            if (!understood && speaks(other, address) && !speaks(settings.protocol(), address)) {
                throw new WrongProtocol(other);
            }
            throw e;
        }
    }

    private boolean speaks(Protocol protocol, InetSocketAddress address) {
        try (Probe again = protocol.probe()) {
            probe = again;
            if (closed) {
                return false;
            }
            again.connect(address, PROBE_PATIENCE);
            return again.isUnderstood();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "store " + name() + ": asked in the " + protocol.word() + " protocol", e);
            return false;
        }
    }

    /** The probe was connected before the client and is alive after it, so both speak to the same process. */
    private Epoch establish(SpyClient client, Probe knock, InetSocketAddress address)
            throws IOException, InterruptedException {
        if (!client.establishedWithin(PROBE_PATIENCE)) {
            throw new IOException("no second connection within " + PROBE_PATIENCE.toMillis() + " ms");
        }
        Server server = knock.server(address);
        knock.close();
        return new Epoch(store.nextEpoch(), server, settings, client);
    }

    private void live(Epoch epoch, boolean login) throws IOException, InterruptedException {
        timer.watch(epoch);
        try {
            if (login) {
                logIn(epoch);
            }
            if (!epoch.beat().join()) {
                throw new IOException("its second connection leads to another store than the first");
            }
            understood = true;
            store.begin(epoch);
            sayUp(epoch);
            firstContact.countDown();
            beatUntilOver(epoch);
            sayDown(epoch.lostBecause());
        } finally {
            epoch.lose("closed");
            store.end();
            epoch.abandonAll();
            timer.forget(epoch);
        }
    }

    private void logIn(Epoch epoch) throws IOException {
        Credentials credentials = settings.credentials().orElseThrow(LoginRefused::missing);
        Outcome outcome = epoch.send(epoch.commands().login(credentials)).join();
        if (outcome == Outcome.REFUSED) {
            throw LoginRefused.of(credentials);
        }
        if (outcome != Outcome.OK) {
            throw new IOException("no answer to the login");
        }
    }

    /** One heartbeat each interval, and the next one at once after one that was not answered. */
    private void beatUntilOver(Epoch epoch) throws InterruptedException {
        Duration answerTime = settings.operationTimeout();
        Duration rest = settings.heartbeat().minus(answerTime);
        while (!epoch.overWithin(answerTime)) {
            if (!epoch.suspect() && !rest.isNegative() && epoch.overWithin(rest)) {
                return;
            }
            // What comes of it is the epoch's to see.
            CompletableFuture<Boolean> unused = epoch.beat();
        }
    }

    private void pause(Duration rest) {
        if (closed) {
            return;
        }
        try {
            TimeUnit.NANOSECONDS.sleep(rest.toNanos());
        } catch (InterruptedException e) {
            // Only close() interrupts this thread, and the loop looks at it.
            return;
        }
    }

    private void awaitEndIfClosed(SpyClient client) throws InterruptedException {
        if (closed) {
            Thread.interrupted();
            client.awaitEnd(CLOSE_PATIENCE);
        }
    }

    private void sayUp(Epoch epoch) {
        InetSocketAddress address = epoch.server().address();
        saidDown = false;
        saidRefused = false;
        String where = address.getAddress().getHostAddress() + ":" + address.getPort();
        LOG.log(Level.INFO, () -> "store %s: up at %s (epoch %d)".formatted(name(), where, epoch.number()));
    }

    /** Once, however often it is tried in vain. */
    private void sayDown(@Nullable String why) {
        if (!saidDown && !closed) {
            saidDown = true;
            LOG.log(Level.INFO, () -> "store %s: down (%s)".formatted(name(), why));
        }
    }

    /** Once, however often it is tried in vain; also when the log says already that the store is down. */
    private void sayRefused(IOException e) {
        if (!saidRefused && !closed) {
            saidRefused = true;
            saidDown = true;
            LOG.log(
                    Level.WARNING,
                    () -> "store %s: down (%s); trying again each %d s"
                            .formatted(name(), e.getMessage(), REFUSAL_PAUSE.toSeconds()));
        }
    }

    private String reason(IOException e) {
        if (e instanceof ConnectException) {
            return "connection refused";
        }
        if (e instanceof SocketTimeoutException) {
            return "no answer within " + PROBE_PATIENCE.toMillis() + " ms";
        }
        if (e instanceof UnknownHostException) {
            return "unknown host " + store.node().host();
        }
        return String.valueOf(e.getMessage());
    }

    private static void close(@Nullable Probe open) {
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing a probe", e);
        }
    }

    private String name() {
        return store.node().name();
    }
}
