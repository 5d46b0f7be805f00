package org.keepsake.node.session;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.keepsake.node.session.settings.BackupSettings;

/**
 * Saves sessions after their responses have left, for {@code --session-backup-async}. Thread-safe.
 *
 * <p>What was changed is lost when the node dies before its save is done, and a request that comes to another node by
 * then does not find it. When more saves wait than the queue holds, requests save their own sessions again, so that a
 * slow store slows the clients down and does not fill the heap.
 */
final class BackupQueue implements AutoCloseable {

    private static final int CAPACITY = 1_000;
    private static final Duration AT_THE_END = Duration.ofSeconds(10);

    private final ThreadPoolExecutor threads;

    BackupQueue(BackupSettings settings) {
        threads = new ThreadPoolExecutor(
                settings.threads(),
                settings.threads(),
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(CAPACITY),
                task -> {
                    Thread thread = new Thread(task, "session-backup");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.CallerRunsPolicy());
        threads.allowCoreThreadTimeOut(true);
    }

    /** Does a save soon, or at once if too many wait; called on a thread that may block. */
    void submit(Runnable save) {
        threads.execute(save);
    }

    /** Waits for what is still to be saved, for a while. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(AT_THE_END.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
