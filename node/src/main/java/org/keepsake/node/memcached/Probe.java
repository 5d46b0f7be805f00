package org.keepsake.node.memcached;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A plain socket to a store that may be down, beside the client: nothing waits in a queue here, nothing is sent again.
 * Used by one thread; {@link #close()} by any.
 */
abstract class Probe implements AutoCloseable {

    /** memcached's default, for servers that do not say. */
    static final long USUAL_ITEM_SIZE = 1 << 20;

    /** The largest that memcached's -I allows. */
    private static final long LARGEST_ITEM_SIZE = 1 << 30;

    /** How many statistics a server may tell. */
    static final int MOST_STATS = 1000;

    private static final Pattern MARK = Pattern.compile("[0-9a-f]{32}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Socket socket = new Socket();
    private InputStream input = InputStream.nullInputStream();

    /** @param atMost how long connecting, and after that each read, may take */
    final void connect(InetSocketAddress address, Duration atMost) throws IOException {
        socket.setSoTimeout((int) atMost.toMillis());
        socket.setTcpNoDelay(true);
        socket.connect(address, (int) atMost.toMillis());
        input = new BufferedInputStream(socket.getInputStream());
    }

    /** Whether the server answers in the words of this protocol when it is asked for its version. */
    abstract boolean isUnderstood() throws IOException;

    /**
     * Asks for the version: a store that answers is alive, and not only its kernel. Then logs in, if the store asks for
     * that.
     *
     * @return whether it does: then each connection must
     * @throws LoginRefused if the store does not let this node in
     */
    abstract boolean login(Optional<Credentials> credentials) throws IOException;

    /** Asks for statistics of this kind; empty for the general ones. Empty if the server does not know the kind. */
    abstract Map<String, String> stats(String kind) throws IOException;

    /** The value of {@link Incarnation#KEY}, or null. */
    abstract @Nullable String mark() throws IOException;

    /** Adds {@link Incarnation#KEY}, unless another node was faster. */
    abstract void addMark(String mark) throws IOException;

    /** Asks who the server is and what it takes. */
    final Server server(InetSocketAddress address) throws IOException {
        Map<String, String> settings = stats("settings");
        if ("no".equals(settings.get("cas_enabled"))) {
            throw new IOException("it keeps no CAS ids (memcached -C), and without them updates would be lost");
        }
        long told = number(settings, "item_size_max", USUAL_ITEM_SIZE);
        long maxItemSize = Math.min(LARGEST_ITEM_SIZE, Math.max(1, told));
        boolean text = !"binary".equals(settings.get("binding_protocol"));
        return new Server(address, incarnation(), maxItemSize, text);
    }

    /** Asks who the server is, and gives it a mark if it has none. */
    final Incarnation incarnation() throws IOException {
        Map<String, String> stats = stats("");
        long start = number(stats, "time", -1) - number(stats, "uptime", -1);
        String mark = mark();
        if (mark == null) {
            byte[] random = new byte[16];
            RANDOM.nextBytes(random);
            addMark(HexFormat.of().formatHex(random));
            mark = mark();
        }
        if (mark == null) {
            throw new IOException("it does not keep the key i");
        }
        if (!MARK.matcher(mark).matches()) {
            throw new IOException("its key i holds something else than the mark of a store");
        }
        return new Incarnation(mark, number(stats, "pid", -1), start);
    }

    /** @param otherwise if the server does not tell; negative if it must */
    private static long number(Map<String, String> stats, String name, long otherwise) throws IOException {
        String text = stats.get(name);
        try {
            long number = text == null ? otherwise : Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IOException("no memcached: its " + name + " is no number", e);
        }
        throw new IOException("no memcached: it does not tell its " + name);
    }

    final void write(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
    }

    /** The next byte, 0..255. */
    final int read() throws IOException {
        int b = input.read();
        if (b < 0) {
            throw new EOFException("it closes the connection");
        }
        return b;
    }

    @Override
    public final void close() throws IOException {
        socket.close();
    }
}
