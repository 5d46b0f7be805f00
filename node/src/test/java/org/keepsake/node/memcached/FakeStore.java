package org.keepsake.node.memcached;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A store that is well until it is asked something: it tells its version, its statistics and its mark as memcached does,
 * and hands every other command to the test.
 */
final class FakeStore implements AutoCloseable {

    static final String MARK = "0123456789abcdef".repeat(2);

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final Protocol protocol;
    private final Manner manner;
    private volatile Map<String, String> stats = Map.of("pid", "1", "uptime", "10", "time", "1700000010");

    /** How it answers. */
    interface Manner {

        /** Answers, and returns whether it goes on to the next command of this connection. */
        boolean answer(String command, Talk talk) throws IOException, InterruptedException;
    }

    FakeStore(Protocol protocol, Manner manner) throws IOException {
        this.protocol = protocol;
        this.manner = manner;
        daemon(this::accept);
    }

    MemcachedNode node(String name) {
        return new MemcachedNode(name, "127.0.0.1", server.getLocalPort(), false);
    }

    /** Who it says that it is, from the next question on. */
    void tells(Map<String, String> general) {
        stats = general;
    }

    /** The commands it was given, other than those. */
    List<String> commands() {
        return List.copyOf(commands);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                clients.add(client);
                daemon(() -> talk(client));
            }
        } catch (IOException e) {
            // The test is over.
            return;
        }
    }

    private void talk(Socket client) {
        try (client) {
            Talk talk = Talk.in(protocol, client);
            while (answer(talk.command(), talk)) {
                client.setTcpNoDelay(true);
            }
        } catch (IOException | InterruptedException e) {
            // The other side is gone.
            return;
        }
    }

    private boolean answer(String command, Talk talk) throws IOException, InterruptedException {
        switch (command) {
            case "version" -> talk.version();
            case "stats" -> talk.stats(stats);
            case "stats settings" ->
                talk.stats(Map.of("maxbytes", "67108864", "inter", "", "item_size_max", "1048576"));
            case "get i", "gets i" -> talk.found("i", 1, MARK);
            default -> {
                commands.add(command);
                return manner.answer(command, talk);
            }
        }
        return true;
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "fake store");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket client : clients) {
            client.close();
        }
    }
}
