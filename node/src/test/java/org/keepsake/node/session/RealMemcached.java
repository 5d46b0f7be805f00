package org.keepsake.node.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.keepsake.node.memcached.MemcachedNode;

/** A memcached process of its own on a port of its own, to be killed, frozen and started again. */
final class RealMemcached implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/bin/memcached");

    private final String name;
    private final int port;
    private Process process;

    private RealMemcached(String name, int port) {
        this.name = name;
        this.port = port;
        this.process = launch();
    }

    static RealMemcached start(String name) {
        if (!Files.isExecutable(PROGRAM)) {
            System.err.println("SKIPPED: " + PROGRAM + " is missing; nothing here was tested against a real store");
        }
        Assumptions.assumeTrue(Files.isExecutable(PROGRAM), PROGRAM + " is missing");
        return new RealMemcached(name, freePort());
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    MemcachedNode node() {
        return new MemcachedNode(name, "127.0.0.1", port, false);
    }

    private Process launch() {
        try {
            Process started = new ProcessBuilder(
                            PROGRAM.toString(),
                            "-u",
                            "nobody",
                            "-l",
                            "127.0.0.1",
                            "-p",
                            Integer.toString(port),
                            "-m",
                            "64")
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
