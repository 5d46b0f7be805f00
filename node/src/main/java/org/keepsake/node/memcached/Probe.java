package org.keepsake.node.memcached;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
    private static final Pattern MARK = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern MARK_HEADER = Pattern.compile("VALUE i [0-9]+ 32");
    private static final SecureRandom RANDOM = new SecureRandom();

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
        long told = number(stats("stats settings"), "item_size_max", USUAL_ITEM_SIZE);
        return Math.min(LARGEST_ITEM_SIZE, Math.max(1, told));
    }

    /** Asks who the server is, and gives it a mark if it has none. */
    Incarnation incarnation() throws IOException {
        Map<String, String> stats = stats("stats");
        long start = number(stats, "time", -1) - number(stats, "uptime", -1);
        String mark = mark();
        if (mark == null) {
            addMark();
            mark = mark();
        }
        if (mark == null) {
            throw new IOException("it does not keep the key i");
        }
        return new Incarnation(mark, number(stats, "pid", -1), start);
    }

    private @Nullable String mark() throws IOException {
        ask("get i");
        String line = readLine();
        if (line.equals("END")) {
            return null;
        }
        String mark = MARK_HEADER.matcher(line).matches() ? readLine() : "";
        if (!MARK.matcher(mark).matches() || !readLine().equals("END")) {
            throw new IOException("its key i holds something else than the mark of a store");
        }
        return mark;
    }

    private void addMark() throws IOException {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        ask("add i 0 0 32\r\n" + HexFormat.of().formatHex(random));
        String line = readLine();
        // NOT_STORED: another node was faster.
        if (!line.equals("STORED") && !line.equals("NOT_STORED")) {
            throw new IOException("it does not take the key i");
        }
    }

    private Map<String, String> stats(String command) throws IOException {
        ask(command);
        Map<String, String> stats = new HashMap<>();
        for (int i = 0; i < MOST_LINES; i++) {
            String[] words = readLine().split(" ", 3);
            if (!words[0].equals("STAT")) {
                return stats;
            }
            if (words.length == 3) {
                stats.put(words[1], words[2]);
            }
        }
        throw new IOException("no memcached: endless " + command);
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

    void ask(String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    String readLine() throws IOException {
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
