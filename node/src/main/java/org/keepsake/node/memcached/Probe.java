package org.keepsake.node.memcached;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A plain socket to a store that may be down, beside the client: nothing waits in a queue here, nothing is sent again.
 * Used by one thread; {@link #close()} by any.
 */
final class Probe implements AutoCloseable {

    /** memcached's default, for servers that do not say. */
    static final long USUAL_ITEM_SIZE = 1 << 20;

    /** The largest that memcached's -I allows. */
    private static final long LARGEST_ITEM_SIZE = 1 << 30;

    private static final int LONGEST_LINE = 2048;
    private static final int MOST_LINES = 1000;
    private static final String ITEM_SIZE_MAX = "STAT item_size_max ";

    private final Socket socket = new Socket();
    private InputStream input = InputStream.nullInputStream();

    /** @param atMost how long connecting, and after that each read, may take */
    void connect(InetSocketAddress address, Duration atMost) throws IOException {
        socket.setSoTimeout((int) atMost.toMillis());
        socket.setTcpNoDelay(true);
        socket.connect(address, (int) atMost.toMillis());
        input = new BufferedInputStream(socket.getInputStream());
    }

    /** Asks for the version: a store that answers is alive, and not only its kernel. */
    void version() throws IOException {
        ask("version");
        String answer = readLine();
        if (!answer.startsWith("VERSION ")) {
            throw new IOException("no memcached: it does not answer version");
        }
    }

    /** Asks {@code stats settings} for the largest item in bytes. */
    long itemSizeMax() throws IOException {
        ask("stats settings");
        long found = USUAL_ITEM_SIZE;
        for (int i = 0; i < MOST_LINES; i++) {
            String line = readLine();
            if (line.startsWith(ITEM_SIZE_MAX)) {
                found = size(line.substring(ITEM_SIZE_MAX.length()));
            }
            if (!line.startsWith("STAT ")) {
                return found;
            }
        }
        throw new IOException("no memcached: endless stats settings");
    }

    private static long size(String digits) throws IOException {
        try {
            return Math.min(LARGEST_ITEM_SIZE, Math.max(1, Long.parseLong(digits)));
        } catch (NumberFormatException e) {
            throw new IOException("no memcached: its item_size_max is no number", e);
        }
    }

    private void ask(String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        int b;
        while ((b = input.read()) != '\n') {
            if (b < 0) {
                throw new EOFException("it closes the connection");
            }
            if (line.length() == LONGEST_LINE) {
                throw new IOException("no memcached: an endless line");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
