package org.keepsake.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real process with a fixed command, ended and frozen by its id and started again at will.
 *
 * <p>What it prints goes to {@code NAME.out} and {@code NAME.err}; a restart appends.
 */
final class Program implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly)));
    }

    private final String name;
    private final List<String> command;
    private final Path out;
    private final Path err;
    private Process process;

    private Program(Path directory, String name, List<String> command) throws IOException {
        this.name = name;
        this.command = List.copyOf(command);
        this.out = Files.createDirectories(directory).resolve(name + ".out");
        this.err = directory.resolve(name + ".err");
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
        this.process = launch();
    }

    static Program start(Path directory, String name, List<String> command) throws IOException {
        return new Program(directory, name, command);
    }

    /** Starts the same command again, once the process before it has ended. */
    void restart() throws IOException, InterruptedException {
        exitCode(PATIENCE);
        process = launch();
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** It and every process it started, and those that they started. */
    List<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    void kill() {
        Signal.KILL.send(pid());
    }

    void freeze() {
        Signal.STOP.send(pid());
    }

    void thaw() {
        Signal.CONT.send(pid());
    }

    /** What Ctrl-C sends. */
    void interrupt() {
        Signal.INT.send(pid());
    }

    /** What systemd sends. */
    void terminate() {
        Signal.TERM.send(pid());
    }

    int exitCode(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(name + " (" + pid() + ") has not ended within " + limit.toSeconds() + " s");
        }
        ALIVE.remove(process);
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        ALIVE.remove(process);
    }

    private Process launch() throws IOException {
        Process launched = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()))
                .start();
        ALIVE.add(launched);
        return launched;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
