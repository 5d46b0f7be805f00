package org.keepsake.launcher.cluster;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/**
 * One thread that owns the mutable state of its user, who hands it every change as a task. A task that fails is logged
 * and ends nothing but itself. Thread-safe.
 */
public final class ClusterThread {

    private static final System.Logger LOG = System.getLogger(ClusterMember.class.getName());

    private final String cluster;
    private final ScheduledExecutorService thread;

    /**
     * One that waits for its first task.
     *
     * @param cluster whose affairs it minds, for the log
     * @param name of the thread
     */
    public ClusterThread(String cluster, String name) {
        this.cluster = cluster;
        this.thread = Executors.newSingleThreadScheduledExecutor(daemon(name));
    }

    /**
     * Does something as soon as everything before it is done.
     *
     * @return false after {@link #close}, when nothing more is done
     */
    public boolean run(Runnable task) {
        return scheduled(() -> thread.execute(guarded(task)));
    }

    /** Does something after a while. */
    public void after(Duration delay, Runnable task) {
        var unusedAccepted = scheduled(() -> {
            var unused = thread.schedule(guarded(task), delay.toMillis(), MILLISECONDS);
        });
    }

    /** Does something now and then again after each pause. */
    public void every(Duration pause, Runnable task) {
        var unusedAccepted = scheduled(() -> {
            var unused = thread.scheduleWithFixedDelay(guarded(task), 0, pause.toMillis(), MILLISECONDS);
        });
    }

    /** Lets what was handed in end, for so long at the most, and takes nothing more. */
    public void close(Duration atMost) {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(atMost.toMillis(), MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private static boolean scheduled(Runnable submission) {
        try {
            submission.run();
            return true;
        } catch (RejectedExecutionException e) {
            LOG.log(DEBUG, "cluster: closed, nothing more is done", e);
            return false;
        }
    }

    /** A failure here must be seen, and must not end the thread that everything depends on. */
    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.log(WARNING, "cluster " + cluster + ": a change could not be handled", e);
            }
        };
    }

    static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
