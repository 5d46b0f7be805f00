package org.keepsake.node.memcached;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
    private final Manner manner;

    /** How it answers. */
    interface Manner {

        /** Answers, and returns whether it goes on to the next command of this connection. */
        boolean answer(String command, Talk talk) throws IOException, InterruptedException;
    }

    /** One connection. */
    record Talk(InputStream in, OutputStream out) {

        void say(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        /** Takes the value that follows a storage command, with its line end. */
        byte[] value(String command) throws IOException {
            return in.readNBytes(Integer.parseInt(command.split(" ", -1)[4]) + 2);
        }

        String line() throws IOException {
            StringBuilder line = new StringBuilder();
            int b;
            while ((b = in.read()) >= 0 && b != '\n') {
                line.append((char) b);
            }
            if (b < 0) {
                throw new IOException("end");
            }
            return line.toString().strip();
        }
    }

    FakeStore(Manner manner) throws IOException {
        this.manner = manner;
        daemon(this::accept);
    }

    MemcachedNode node(String name) {
        return new MemcachedNode(name, "127.0.0.1", server.getLocalPort(), false);
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
            Talk talk = new Talk(new BufferedInputStream(client.getInputStream()), client.getOutputStream());
            while (answer(talk.line(), talk)) {
                client.setTcpNoDelay(true);
            }
        } catch (IOException | InterruptedException e) {
            // The other side is gone.
            return;
        }
    }

    private boolean answer(String command, Talk talk) throws IOException, InterruptedException {
        if (command.equals("version")) {
            talk.say("VERSION 1.6.18\r\n");
            return true;
        }
        if (command.equals("stats settings")) {
            talk.say("STAT maxbytes 67108864\r\nSTAT inter \r\nSTAT item_size_max 1048576\r\nEND\r\n");
            return true;
        }
        if (command.equals("stats")) {
            talk.say("STAT pid 1\r\nSTAT uptime 10\r\nSTAT time 1700000010\r\nEND\r\n");
            return true;
        }
        if (command.equals("get i")) {
            talk.say("VALUE i 0 32\r\n" + MARK + "\r\nEND\r\n");
            return true;
        }
        if (command.equals("gets i")) {
            talk.say("VALUE i 0 32 1\r\n" + MARK + "\r\nEND\r\n");
            return true;
        }
        commands.add(command);
        return manner.answer(command, talk);
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
