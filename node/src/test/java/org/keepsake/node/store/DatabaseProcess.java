package org.keepsake.node.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.keepsake.node.FreePort;

/**
 * A real database on a port of 127.0.0.1 that it keeps over restarts, in a directory of its own that goes with it; can be
 * killed and frozen. It runs as the user that its package has for it, as databases refuse to be root.
 */
public abstract class DatabaseProcess implements AutoCloseable {

    public static final String USER = "keepsake";
    public static final String PASSWORD = "secret";

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    final Path directory;
    final int port = FreePort.next();

    private final String account;
    private Process process;

    /** Makes the directory; {@link #prepare} fills it. */
    DatabaseProcess(String account) throws Exception {
        this.account = account;
        this.directory = Files.createTempDirectory("keepsake-" + account);
        prepare();
        this.process = launch();
    }

    static void assumeThere(Path program) {
        if (!Files.isExecutable(program)) {
            System.getLogger("tests").log(Level.WARNING, "SKIPPED, NOT PASSED: {0} is not installed", program);
        }
        Assumptions.assumeTrue(Files.isExecutable(program), program + " is not installed");
    }

    /** Makes a database with a user in it. */
    abstract void prepare() throws Exception;

    /** What stays in the foreground and serves. */
    abstract List<String> server();

    /** For {@link #USER} and {@link #PASSWORD}. */
    public abstract String url();

    private Process launch() throws Exception {
        Process started = start(server());
        long end = System.nanoTime() + PATIENCE;
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() - end > 0) {
                throw new AssertionError(account + " does not start:\n" + Files.readString(log()));
            }
            Thread.sleep(20);
        }
        return started;
    }

    private boolean answers() {
        if (!listens()) {
            return false;
        }
        try {
            DriverManager.getConnection(url(), USER, PASSWORD).close();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** A driver would complain in the log. */
    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** As the unprivileged user when this is root. */
    private Process start(List<String> command) throws IOException {
        List<String> whole = new ArrayList<>();
        if (isRoot()) {
            whole.addAll(List.of("setpriv", "--reuid=" + account, "--regid=" + account, "--clear-groups", "--"));
        }
        whole.addAll(command);
        return new ProcessBuilder(whole)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    final void run(List<String> command) throws Exception {
        if (start(command).waitFor() != 0) {
            throw new AssertionError(command + " failed:\n" + Files.readString(log()));
        }
    }

    final void own(Path path) throws Exception {
        if (isRoot()) {
            Files.setOwner(
                    path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(account));
        }
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private Path log() {
        return directory.resolve("log");
    }

    /** What it wrote since it was made. */
    public final String logged() throws IOException {
        return Files.readString(log());
    }

    /** With all its processes, as when a machine goes. */
    public final void kill() {
        List<ProcessHandle> all = family();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each -> each.onExit().join());
    }

    public final void startAgain() throws Exception {
        process = launch();
    }

    /** The parent first, so that no child comes after. */
    private List<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    public final void freeze() throws Exception {
        signal("-STOP", List.of(process.toHandle()));
        signal("-STOP", family());
    }

    public final void thaw() throws Exception {
        signal("-CONT", family());
    }

    private static void signal(String signal, List<ProcessHandle> processes) throws Exception {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes.forEach(each -> command.add(Long.toString(each.pid())));
        new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Override
    public final void close() throws IOException {
        kill();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
