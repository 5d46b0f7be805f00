package org.keepsake.launcher.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.keepsake.launcher.options.Arguments;
import org.keepsake.launcher.options.UsageError;

/**
 * The whole system on one machine, each part its own process, so that a newcomer can kill any of them and watch. This
 * process only starts, shows and ends them; when it ends, however it ends, so do they.
 */
public final class Demo {

    private static final Duration STARTING_UP = Duration.ofSeconds(60);

    private final Terminal terminal;
    private final Optional<Duration> restartAfter;
    private final DemoPlan plan;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(3, task -> {
        Thread thread = new Thread(task, "keepsake-demo");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean stopping;

    private Demo(Arguments arguments, Terminal terminal, Path folder) {
        this.terminal = terminal;
        this.restartAfter = arguments.demo.restart.after();
        this.plan = DemoPlan.of(arguments, folder, terminal);
    }

    /** Runs until it is told to stop. */
    public static void run(Arguments arguments) {
        long begin = System.nanoTime();
        Demo demo = new Demo(arguments, Terminal.ofThisProcess(), folder());
        Runtime.getRuntime().addShutdownHook(new Thread(demo::stop, "keepsake-demo-stop"));
        demo.start();
        demo.awaitReady(begin);
        demo.timer.execute(demo::rehearse);
        demo.waitForTheEnd();
    }

    private void start() {
        plan.processes().forEach(process -> process.start(this::ended));
        terminal.line("Keepsake demo, five processes on this machine (logs in %s):".formatted(plan.folder()));
        terminal.line("");
        plan.processes().forEach(terminal::process);
        terminal.line("");
    }

    private void awaitReady(long begin) {
        for (DemoProcess process : plan.processes()) {
            if (!process.awaitHealthy(STARTING_UP)) {
                throw new UsageError(failure(process));
            }
            terminal.progress("%s is ready".formatted(process.title()));
        }
        plan.awaitBothNodesBehindTheBalancer(STARTING_UP);
        terminal.ready((System.nanoTime() - begin) / 1e9, plan, restartAfter);
    }

    private static String failure(DemoProcess process) {
        return process.gaveUp()
                ? "%s ended while it started; it said: %s".formatted(process.title(), process.lastWords())
                : "%s did not get ready within %d s; it said last: %s"
                        .formatted(process.title(), STARTING_UP.toSeconds(), process.lastWords());
    }

    private void rehearse() {
        plan.rehearsal().filter(rehearsal -> !stopping).ifPresent(Rehearsal::run);
    }

    /** A process ended that nobody here asked to. */
    private void ended(DemoProcess process, int exitCode) {
        if (stopping) {
            return;
        }
        terminal.event("%s (pid %d) %s".formatted(process.title(), process.pid(), reason(exitCode)));
        restartAfter.ifPresent(delay -> {
            terminal.event("%s is started again in %s".formatted(process.title(), DemoPlan.text(delay)));
            var unused = timer.schedule(() -> restart(process), delay.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    private void restart(DemoProcess process) {
        if (stopping) {
            return;
        }
        try {
            process.start(this::ended);
        } catch (UsageError e) {
            terminal.event(e.sentence());
            return;
        }
        terminal.event("%s is starting, pid %d".formatted(process.title(), process.pid()));
        terminal.event(
                process.awaitHealthy(STARTING_UP)
                        ? "%s is ready again, pid %d".formatted(process.title(), process.pid())
                        : failure(process));
    }

    private static String reason(int exitCode) {
        return exitCode > DemoProcess.KILLED
                ? "was ended by signal " + (exitCode - DemoProcess.KILLED)
                : "ended with exit code " + exitCode;
    }

    private void stop() {
        stopping = true;
        plan.rehearsal().ifPresent(Rehearsal::stop);
        plan.processes().forEach(DemoProcess::terminate);
        plan.processes().forEach(process -> process.awaitEnd(Duration.ofSeconds(5)));
        terminal.line("All five processes have ended.");
    }

    private void waitForTheEnd() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("keepsake-demo-");
        } catch (IOException e) {
            throw new UsageError("no temporary folder can be made for the demo's logs (%s)".formatted(e.getMessage()));
        }
    }
}
