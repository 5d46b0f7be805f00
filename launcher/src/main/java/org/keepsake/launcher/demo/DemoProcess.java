package org.keepsake.launcher.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keepsake.launcher.options.UsageError;

/** One process of the demo: how it is started, and the one that runs now. Thread-safe. */
final class DemoProcess {

    private static final int POLL_MILLIS = 50;

    /** Exit codes from here on stand for signals. */
    static final int KILLED = 128;

    private final String title;
    private final String address;
    private final List<String> command;
    private final int adminPort;
    private final Path log;
    private volatile @Nullable Process process;

    /**
     * @param title what it is, {@code node A}
     * @param address where a user finds it
     * @param command the whole command line
     * @param adminPort where it tells its health
     * @param log the file that takes its output, appended to at a restart
     */
    DemoProcess(String title, String address, List<String> command, int adminPort, Path log) {
        this.title = title;
        this.address = address;
        this.command = List.copyOf(command);
        this.adminPort = adminPort;
        this.log = log;
    }

    String title() {
        return title;
    }

    String address() {
        return address;
    }

    Path log() {
        return log;
    }

    long pid() {
        return running().map(Process::pid).orElse(-1L);
    }

    /**
     * Starts it. Its standard input is a pipe from this process, which breaks when this process ends.
     *
     * @param ended is told the exit code when it ends
     */
    void start(ObjIntConsumer<DemoProcess> ended) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            // What the environment says is meant for the demo; its processes are told everything by their options.
            builder.environment().keySet().removeIf(name -> name.startsWith("KEEPSAKE_"));
            Process started = builder.start();
            process = started;
            var unused = started.onExit().thenAccept(gone -> ended.accept(this, gone.exitValue()));
        } catch (IOException e) {
            throw new UsageError("%s cannot be started (%s)".formatted(title, e.getMessage()));
        }
    }

    /**
     * Waits until it is healthy, also when it is killed meanwhile and started again.
     *
     * @return false when it gave up itself, or did not become healthy in time
     */
    boolean awaitHealthy(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (System.nanoTime() < deadline && !gaveUp()) {
            if (healthy()) {
                return true;
            }
            pause();
        }
        return false;
    }

    /** Whether it ended by its own will, which a healthy one never does. */
    boolean gaveUp() {
        return running()
                .filter(process -> !process.isAlive() && process.exitValue() < KILLED)
                .isPresent();
    }

    /** The last thing it said, or an empty text. */
    String lastWords() {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> !line.isBlank()).reduce("", (before, line) -> line);
        } catch (IOException | UncheckedIOException e) {
            return ""; // What failed is told all the same, without this detail.
        }
    }

    void terminate() {
        running().ifPresent(Process::destroy);
    }

    void kill() {
        running().ifPresent(Process::destroyForcibly);
    }

    /** Waits for its end and then makes sure of it. */
    void awaitEnd(Duration atMost) {
        running().ifPresent(process -> {
            try {
                if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        });
    }

    private Optional<Process> running() {
        return Optional.ofNullable(process);
    }

    private boolean healthy() {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + adminPort + "/health")
                    .toURL()
                    .openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(1000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false; // Not there yet, which is what is being found out.
        }
    }

    static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
