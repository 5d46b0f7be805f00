package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.keepsake.node.FreePort;
import org.keepsake.node.memcached.MemcachedNode;

/** A memcached process of its own on a port of its own, to be killed, frozen and started again. */
final class RealMemcached implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/bin/memcached");

    private final String name;
    private final int port;
    private final List<String> options;
    private Process process;

    private RealMemcached(String name, int port, List<String> options) {
        this.name = name;
        this.port = port;
        this.options = options;
        this.process = launch();
    }

    static RealMemcached start(String name, String... options) {
        if (!Files.isExecutable(PROGRAM)) {
            System.err.println("SKIPPED: " + PROGRAM + " is missing; nothing here was tested against a real store");
        }
        Assumptions.assumeTrue(Files.isExecutable(PROGRAM), PROGRAM + " is missing");
        return new RealMemcached(name, FreePort.next(), List.of(options));
    }

    MemcachedNode node() {
        return new MemcachedNode(name, "127.0.0.1", port, false);
    }

    /** Puts a value in the place of another one, past every node. */
    void put(String key, byte[] value) {
        put(key, value, 0);
    }

    /** As {@link #put(String, byte[])}, for as many seconds. */
    void put(String key, byte[] value, int seconds) {
        String head = "set %s 0 %d %d\r\n".formatted(key, seconds, value.length);
        String answer = ask(head + new String(value, StandardCharsets.ISO_8859_1) + "\r\n", "STORED\r\n");
        assertEquals("STORED\r\n", answer);
    }

    /** The value of a key; empty if there is none. */
    byte[] get(String key) {
        String answer = ask("get " + key + "\r\n", "END\r\n");
        int start = answer.indexOf('\n') + 1;
        int end = Math.max(start, answer.length() - "\r\nEND\r\n".length());
        return answer.substring(answer.startsWith("VALUE") ? start : end, end).getBytes(StandardCharsets.ISO_8859_1);
    }

    private String ask(String question, String last) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(question.getBytes(StandardCharsets.ISO_8859_1));
            StringBuilder answer = new StringBuilder();
            while (!answer.toString().endsWith(last)) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new IllegalStateException(name + " hung up after " + answer);
                }
                answer.append((char) next);
            }
            return answer.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() {
        try {
            List<String> command = new ArrayList<>(List.of(
                    PROGRAM.toString(), "-u", "nobody", "-l", "127.0.0.1", "-p", Integer.toString(port), "-m", "64"));
            command.addAll(options);
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Waiting.until(name + " listens", this::listens);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " does not die");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void startAgain() {
        process = launch();
    }

    void freeze() {
        signal("-STOP");
    }

    void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            int code = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill " + signal + " " + name + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
