package org.keepsake.launcher.cluster;

import static java.lang.System.Logger.Level.WARNING;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Answers the questions of other members, on threads that may wait. A question that is repeated, because its answer was
 * slow or lost, is answered once and the answer repeated. Thread-safe.
 */
final class Answering {

    private static final System.Logger LOG = System.getLogger(ClusterMember.class.getName());
    private static final int THREADS = 4;
    private static final int WAITING = 1_000;
    private static final int REMEMBERED = 256;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING),
            ClusterThread.daemon("keepsake-answer"));

    private volatile @Nullable UnaryOperator<String> answer;

    /** Whoever is interrupted while it finds an answer may answer anything. */
    private volatile boolean closed;

    /** By question; not done while the answer is being found. Guarded by itself. */
    private final Map<UUID, CompletableFuture<String>> answers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, CompletableFuture<String>> eldest) {
            return size() > REMEMBERED;
        }
    };

    Answering() {
        threads.allowCoreThreadTimeOut(true);
    }

    void answerWith(UnaryOperator<String> newAnswer) {
        answer = newAnswer;
    }

    /** Answers now or soon; or not at all when there is too much to do or nobody to answer yet. */
    void asked(UUID id, String question, Consumer<String> reply) {
        UnaryOperator<String> present = answer;
        if (present == null) {
            return;
        }
        CompletableFuture<String> mine = new CompletableFuture<>();
        CompletableFuture<String> before = remember(id, mine);
        if (before == null) {
            enqueue(id, () -> find(question, present, mine, reply));
        } else if (before.isDone()) {
            enqueue(id, () -> reply.accept(before.join()));
        }
    }

    void close() {
        closed = true;
        threads.shutdownNow();
    }

    private @Nullable CompletableFuture<String> remember(UUID id, CompletableFuture<String> mine) {
        synchronized (answers) {
            return answers.putIfAbsent(id, mine);
        }
    }

    private void enqueue(UUID id, Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            forget(id);
            LOG.log(WARNING, "cluster: a question of another member is not answered, {0} wait already", WAITING);
        }
    }

    private void find(
            String question, UnaryOperator<String> present, CompletableFuture<String> mine, Consumer<String> reply) {
        try {
            String found = present.apply(question);
            if (!closed) {
                reply.accept(found);
                mine.complete(found);
            }
        } catch (RuntimeException e) {
            // Remembered all the same: what failed once must not fail, and be told, at each repetition.
            LOG.log(WARNING, "cluster: a question of another member could not be answered", e);
        }
    }

    private void forget(UUID id) {
        synchronized (answers) {
            answers.remove(id);
        }
    }
}
