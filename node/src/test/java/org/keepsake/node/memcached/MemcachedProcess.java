package org.keepsake.node.memcached;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.keepsake.node.FreePort;

/** A real memcached on a port of 127.0.0.1 that it keeps over restarts; can be killed and frozen. */
final class MemcachedProcess implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/bin/memcached");

    private final int port;
    private final Map<String, String> environment;
    private final List<String> options;
    private Process process;

    private MemcachedProcess(int port, Map<String, String> environment, List<String> options) throws Exception {
        this.port = port;
        this.environment = environment;
        this.options = options;
        this.process = launch();
    }

    static MemcachedProcess start(String... options) throws Exception {
        return start(Map.of(), options);
    }

    static MemcachedProcess start(Map<String, String> environment, String... options) throws Exception {
        if (!Files.isExecutable(PROGRAM)) {
            System.getLogger("tests").log(Level.WARNING, "SKIPPED, NOT PASSED: {0} is not installed", PROGRAM);
        }
        Assumptions.assumeTrue(Files.isExecutable(PROGRAM), PROGRAM + " is not installed");
        return new MemcachedProcess(FreePort.next(), environment, List.of(options));
    }

    /** Says something in the text protocol, as an operator would, and returns the first line of the answer. */
    String say(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStreamReader answer = new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII);
            return String.valueOf(new BufferedReader(answer).readLine());
        }
    }

    int port() {
        return port;
    }

    MemcachedNode node(String name) {
        return new MemcachedNode(name, "127.0.0.1", port, false);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void startAgain() throws Exception {
        process = launch();
    }

    void freeze() throws Exception {
        signal("-STOP");
        // Its threads stop one after the other.
        Await.until("memcached stands still", this::standsStill);
    }

    private boolean standsStill() {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            return threads.allMatch(MemcachedProcess::isStopped);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isStopped(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void thaw() throws Exception {
        signal("-CONT");
    }

    private void signal(String signal) throws Exception {
        new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    private Process launch() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                PROGRAM.toString(), "-l", "127.0.0.1", "-p", Integer.toString(port), "-U", "0", "-u", "nobody"));
        command.addAll(options);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        Process started = builder.start();
        Await.until("memcached listens", Duration.ofSeconds(20), this::listens);
        return started;
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
