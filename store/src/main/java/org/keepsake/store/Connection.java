package org.keepsake.store;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One client. Reads while its answers are taken, and not while they are not. Used by one event loop, except for what
 * {@code stats conns} asks for.
 */
final class Connection {

    private static final Logger LOG = System.getLogger(Connection.class.getName());

    /** A longer backlog is read into directly; a shorter one is copied in front of what comes next. */
    private static final int SHORT_BACKLOG = 16 << 10;

    private static final byte[] EMPTY = {};

    private final Server server;
    private final SocketChannel channel;
    private final long number;
    private final String remoteAddress;
    private final Output output;
    private final CommandLine line;

    /** Null until the first byte has told which. */
    private @Nullable Protocol protocol;

    /** What was received and is no complete command yet, or has to wait: from 0 to before {@code backlogEnd}. */
    private byte[] backlog = EMPTY;

    private int backlogEnd;

    /** What the budget knows of; 0 once closed. */
    private int held;

    private boolean closed;
    private volatile long lastActive;
    private volatile String state = "conn_new_cmd";

    Connection(Server server, SocketChannel channel, long number, ByteBuffer staging, CommandLine line)
            throws IOException {
        this.server = server;
        this.channel = channel;
        this.number = number;
        this.remoteAddress = String.valueOf(channel.getRemoteAddress()).replaceFirst("^[^/]*/", "");
        this.output = new Output(channel, staging, server.statistics);
        this.line = line;
        this.lastActive = server.ticker.millis();
    }

    long number() {
        return number;
    }

    String remoteAddress() {
        return remoteAddress;
    }

    String state() {
        return state;
    }

    long lastActive() {
        return lastActive;
    }

    /** Does what the key is ready for; {@code shared} is the event loop's buffer. */
    void serve(SelectionKey key, byte[] shared) throws IOException {
        output.startTurn();
        if (key.isWritable()) {
            output.flush();
            turn(key, backlog, backlogEnd);
        } else if (key.isReadable()) {
            lastActive = server.ticker.millis();
            receive(key, backlogEnd > SHORT_BACKLOG ? roomyBacklog() : behindBacklog(shared));
        }
    }

    private byte[] roomyBacklog() {
        if (backlogEnd == backlog.length) {
            backlog = Arrays.copyOf(backlog, backlog.length * 2);
        }
        return backlog;
    }

    private byte[] behindBacklog(byte[] shared) {
        System.arraycopy(backlog, 0, shared, 0, backlogEnd);
        return shared;
    }

    private void receive(SelectionKey key, byte[] input) throws IOException {
        int received = channel.read(ByteBuffer.wrap(input, backlogEnd, input.length - backlogEnd));
        if (received < 0) {
            close();
            return;
        }
        server.statistics.count(Counter.BYTES_READ, received);
        turn(key, input, backlogEnd + received);
    }

    private void turn(SelectionKey key, byte[] input, int end) throws IOException {
        if (protocol == null && end > 0) {
            protocol = protocol(input[0]);
        }
        if (protocol != null) {
            turn(protocol, key, input, end);
        }
    }

    private Protocol protocol(byte first) {
        if (first == BinaryRequest.MAGIC) {
            return new BinaryProtocol(server, output);
        }
        Protocol text = new TextProtocol(server, output, line);
        return server.config
                .credentials()
                .<Protocol>map(known -> new TextAuthentication(known, server.statistics, output, line, text))
                .orElse(text);
    }

    private void turn(Protocol spoken, SelectionKey key, byte[] input, int end) throws IOException {
        int used = spoken.consume(input, 0, end);
        boolean stopped = output.blocked();
        output.flush();
        if (spoken.finished() && !output.pending()) {
            close();
            return;
        }
        keep(input, used, end);
        state = spoken.state();
        key.interestOps(stopped || output.pending() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        settle(spoken);
    }

    private void keep(byte[] input, int used, int end) {
        int length = end - used;
        if (length == 0) {
            backlog = EMPTY;
        } else if (input == backlog && length > SHORT_BACKLOG) {
            System.arraycopy(backlog, used, backlog, 0, length);
        } else {
            backlog = Arrays.copyOfRange(input, used, end);
        }
        backlogEnd = length;
    }

    private void settle(Protocol spoken) {
        int before = held;
        held = spoken.held() + output.held() + backlog.length;
        server.buffers.adjust(held - before);
        if (held > before && server.buffers.exceeded()) {
            server.statistics.count(Counter.RESPONSE_OBJ_OOM);
            log(Level.WARNING, "closed: clients hold too much memory with half sent commands and answers not read");
            close();
        }
    }

    /** Closes the channel; a second call does nothing. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.closed(this);
        server.buffers.adjust(-held);
        held = 0;
        try {
            channel.close();
        } catch (IOException e) {
            log(Level.WARNING, "cannot be closed: " + e);
        } finally {
            server.release();
        }
        logIfVerbose("closed");
    }

    void logIfVerbose(String event) {
        if (server.verbose()) {
            log(Level.INFO, event);
        }
    }

    void log(Level level, String event) {
        LOG.log(level, "store " + server.config.name() + ": client " + remoteAddress + " " + event);
    }
}
