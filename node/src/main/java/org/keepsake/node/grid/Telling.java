package org.keepsake.node.grid;

import com.hazelcast.cluster.Member;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells all other members that hold sessions what this one changed, those too that come meanwhile. Thread-safe.
 *
 * <p>It ends when each of them knows or is a member no more, however long that takes.
 */
final class Telling {

    private static final long AGAIN_MILLIS = 50;

    private final GridMember member;
    private final GridUpdate update;
    private final ScheduledExecutorService timer;

    /** Those who know. */
    private final Set<UUID> knowing = ConcurrentHashMap.newKeySet();

    private final CompletableFuture<Void> all = new CompletableFuture<>();

    /** @param knowing members that know already */
    Telling(GridMember member, GridUpdate update, Set<UUID> knowing, ScheduledExecutorService timer) {
        this.member = member;
        this.update = update;
        this.timer = timer;
        this.knowing.addAll(knowing);
    }

    /** Begins; the future fails only when the timer has ended. */
    CompletableFuture<Void> begin() {
        round();
        return all;
    }

    private void round() {
        List<Member> missing = member.others().stream()
                .filter(other -> !knowing.contains(other.getUuid()))
                .toList();
        if (missing.isEmpty()) {
            boolean unused = all.complete(null);
            return;
        }
        var unused = CompletableFuture.allOf(missing.stream().map(this::tell).toArray(CompletableFuture[]::new))
                .whenComplete((done, failed) -> {
                    if (failed == null) {
                        round();
                    } else {
                        again();
                    }
                });
    }

    private void again() {
        try {
            var unused = timer.schedule(this::round, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            boolean unused = all.completeExceptionally(stopping);
        }
    }

    private CompletableFuture<Void> tell(Member other) {
        GridCalls calls = member.calls();
        return calls == null
                ? CompletableFuture.failedFuture(new IllegalStateException("the cluster is not joined"))
                : calls.tell(update, other).thenAccept(heard -> knowing.add(other.getUuid()));
    }
}
