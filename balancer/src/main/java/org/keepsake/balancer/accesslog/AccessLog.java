package org.keepsake.balancer.accesslog;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line for each request. Thread-safe: whoever serves requests hands entries over, and one thread makes lines of
 * them and writes, so that no request waits for a disk. When that is too slow, entries are left out, and the process's own
 * log says how many.
 */
public final class AccessLog implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(AccessLog.class.getName());
    private static final int QUEUE = 64 * 1024;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration END = Duration.ofSeconds(5);

    private final BlockingQueue<AccessEntry> entries = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong leftOut = new AtomicLong();
    private final AccessLogSettings settings;
    private final Line lines;
    private final @Nullable LogFile file;
    private final PrintStream standardOutput;
    private final Thread thread;
    private volatile boolean closing;

    /** Touched by the thread alone: whether writing failed when last tried, which is said once. */
    private boolean failing;

    /** Touched by the thread alone: when it last looked after the file. */
    private long lookedAt = System.nanoTime() - LOOK.toNanos();

    private AccessLog(AccessLogSettings settings, @Nullable LogFile file, Clock clock, PrintStream standardOutput) {
        this.settings = settings;
        this.file = file;
        this.standardOutput = standardOutput;
        this.lines = new Line(settings.format(), clock.getZone());
        this.thread = new Thread(this::run, "keepsake-access-log");
        this.thread.setDaemon(true);
    }

    /**
     * Opens the file and begins to write.
     *
     * @throws IOException when the file cannot be opened
     */
    public static AccessLog open(AccessLogSettings settings) throws IOException {
        return open(settings, Clock.system(ZoneId.systemDefault()), System.out);
    }

    static AccessLog open(AccessLogSettings settings, Clock clock, PrintStream standardOutput) throws IOException {
        LogFile file = settings.file().isPresent() ? new LogFile(settings.file().get(), settings.keep(), clock) : null;
        AccessLog log = new AccessLog(settings, file, clock, standardOutput);
        log.thread.start();
        return log;
    }

    /** Takes an entry; never waits. */
    public void log(AccessEntry entry) {
        if (!entries.offer(entry)) {
            leftOut.incrementAndGet();
        }
    }

    private void run() {
        List<AccessEntry> batch = new ArrayList<>();
        while (!closing || !entries.isEmpty()) {
            try {
                AccessEntry first = entries.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    entries.drainTo(batch);
                }
            } catch (InterruptedException e) {
                // Told to end: what is there is still written.
                entries.drainTo(batch);
            }
            write(batch);
            batch.clear();
        }
    }

    private void write(List<AccessEntry> batch) {
        try {
            if (file == null) {
                batch.forEach(entry -> standardOutput.print(lines.of(entry)));
                standardOutput.flush();
            } else {
                lookAfter(file);
                for (AccessEntry entry : batch) {
                    file.write(lines.of(entry));
                }
                file.flush();
            }
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.log(Level.WARNING, "access log {0}: it cannot be written ({1})", name(), e.getMessage());
            }
            failing = true;
            leftOut.addAndGet(batch.size());
        }
        long missing = leftOut.getAndSet(0);
        if (missing > 0) {
            LOG.log(Level.WARNING, "access log: {0} requests are left out", Long.toString(missing));
        }
    }

    private void lookAfter(LogFile written) throws IOException {
        if (System.nanoTime() - lookedAt >= LOOK.toNanos()) {
            lookedAt = System.nanoTime();
            written.look();
        }
    }

    private String name() {
        return settings.file().map(Path::toString).orElse("on standard output");
    }

    /** Writes what there is and closes the file. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(END.toMillis());
            if (file != null) {
                file.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "access log {0}: its end cannot be written ({1})", name(), e.getMessage());
        }
    }
}
