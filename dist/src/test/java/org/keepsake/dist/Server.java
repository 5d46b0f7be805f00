package org.keepsake.dist;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** One role as a process, and the two ports it answers on. */
record Server(Program program, InetSocketAddress address, InetSocketAddress admin) {

    private static final Duration START = Duration.ofSeconds(40);

    int port() {
        return address.getPort();
    }

    Server awaitReady() throws InterruptedException {
        Await.until(program.name() + " is ready", START, this::ready);
        return this;
    }

    boolean ready() throws IOException {
        if (!program.alive()) {
            throw new AssertionError(program.name() + " ended by itself: " + program.err());
        }
        return Browser.once(admin, "/health").status() == 200;
    }

    void kill() {
        program.kill();
    }

    /** As systemd does, which lets it finish what it has begun. */
    void stop() {
        program.terminate();
    }

    /** What it has logged so far, over all its restarts. */
    String log() {
        return program.err();
    }

    void freeze() {
        program.freeze();
    }

    void thaw() {
        program.thaw();
    }

    void restart() throws IOException, InterruptedException {
        program.restart();
    }
}
