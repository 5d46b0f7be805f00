package org.keepsake.launcher.demo;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A run of all roles, aside and only once for each build, that leaves the {@link ClassDataArchive} for the demos to come.
 * When it fails nothing is lost but time.
 */
final class Rehearsal {

    private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int REQUESTS = 5;

    private final ClassDataArchive archive;
    private final DemoProcess process;
    private final int balancerPort;

    private Rehearsal(ClassDataArchive archive, DemoProcess process, int balancerPort) {
        this.archive = archive;
        this.process = process;
        this.balancerPort = balancerPort;
    }

    /** Empty when there is an archive already, or cannot be one. */
    static Optional<Rehearsal> unlessDone(DemoCommands commands, Ports ports, Path folder) {
        return commands.archive()
                .filter(archive -> !archive.exists() && archive.prepare())
                .map(archive -> {
                    int port = ports.next(20080);
                    int adminPort = ports.next(21080);
                    DemoProcess process = new DemoProcess(
                            "rehearsal",
                            "",
                            commands.ofRehearsal(archive, ports, port, adminPort),
                            adminPort,
                            folder.resolve("rehearsal.log"));
                    return new Rehearsal(archive, process, port);
                });
    }

    /** Runs it; takes a few seconds. */
    void run() {
        process.start((ended, exitCode) -> LOG.log(DEBUG, "rehearsal: exit code {0}", exitCode));
        if (process.awaitHealthy(PATIENCE) && pageServed()) {
            process.terminate();
            process.awaitEnd(PATIENCE);
            archive.keep(DemoCommands.jar());
        }
        stop();
    }

    /** Ends it wherever it is. */
    void stop() {
        process.kill();
        archive.discard();
    }

    /** Asks for the page until it was served a few times; false when that takes too long. */
    private boolean pageServed() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int served = 0;
        while (served < REQUESTS && System.nanoTime() < deadline) {
            if (servedOnce()) {
                served++;
            } else {
                DemoProcess.pause();
            }
        }
        return served == REQUESTS;
    }

    private boolean servedOnce() {
        URI page = URI.create("http://" + DemoCommands.LOOPBACK + ":" + balancerPort + "/test/");
        try {
            HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
            connection.setReadTimeout((int) PATIENCE.toMillis());
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            LOG.log(DEBUG, "rehearsal: the page was not served", e);
            return false;
        }
    }
}
