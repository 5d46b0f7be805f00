package org.keepsake.node.session.settings;

import java.time.Duration;
import java.util.Optional;

/**
 * How changed sessions reach the stores. Immutable; checked when it is made.
 *
 * @param async whether the response may leave before the stores have the session: faster, and what was changed is lost
 *     when the node dies in between, or not yet there when the next request goes to another node
 * @param timeout how long one load or one save may take in all, locks and retries on stores in doubt included; 1 ms to
 *     1 hour
 * @param threads how many saves are under way at once where {@link #async}; 1 to 1000
 * @param count on how many nodes a session is besides the one that owns it, where nodes keep them; 1 to 6
 * @param maxIdle what requests changed is saved once the session was not used for that long, and is lost when the node dies
 *     before; only where heap copies are trusted. Empty to save it with each request
 * @param replication whether a save waits until all nodes have it, where all have every session
 */
public record BackupSettings(
        boolean async, Duration timeout, int threads, int count, Optional<Duration> maxIdle, Replication replication) {

    /** When other nodes have what was changed, where all have every session. */
    public enum Replication {
        /** Before the response. */
        SYNC,
        /** Soon after it. */
        ASYNC
    }

    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int MOST_THREADS = 1000;
    private static final int MOST_BACKUPS = 6;

    public BackupSettings {
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "session backup timeout " + timeout.toMillis() + " ms: is not between 1 ms and 1 hour");
        }
        if (threads < 1 || threads > MOST_THREADS) {
            throw new IllegalArgumentException(
                    "backup thread count " + threads + ": is not between 1 and " + MOST_THREADS);
        }
        if (maxIdle.filter(Duration::isNegative).isPresent()) {
            throw new IllegalArgumentException(
                    "max idle backup " + maxIdle.get().toMillis() + " ms: is less than 0");
        }
        if (count < 1 || count > MOST_BACKUPS) {
            throw new IllegalArgumentException("backup count " + count + ": is not between 1 and " + MOST_BACKUPS);
        }
    }

    /** Before the response, within 5 seconds; as many threads as processors; one backup. */
    public static BackupSettings defaults() {
        int processors = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
        return new BackupSettings(false, Duration.ofSeconds(5), processors, 1, Optional.empty(), Replication.SYNC);
    }

    /** These settings with another time allowed. */
    public BackupSettings withTimeout(Duration other) {
        return new BackupSettings(async, other, threads, count, maxIdle, replication);
    }

    /** These settings, before or after the response. */
    public BackupSettings withAsync(boolean other) {
        return new BackupSettings(other, timeout, threads, count, maxIdle, replication);
    }

    /** These settings with another number of threads. */
    public BackupSettings withThreads(int other) {
        return new BackupSettings(async, timeout, other, count, maxIdle, replication);
    }

    /** These settings, with changes saved so long after the last use; empty for with each request. */
    public BackupSettings withMaxIdle(Optional<Duration> other) {
        return new BackupSettings(async, timeout, threads, count, other, replication);
    }
}
