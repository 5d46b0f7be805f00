package org.keepsake.node.grid;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Work on a thread of its own. */
final class OnThread {

    private OnThread() {}

    static <T> CompletableFuture<T> start(Supplier<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                done.complete(work.get());
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }
}
