package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.store.Exptime;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Store;

/**
 * Locks that nobody wants any more and a store may have all the same, because it did not say whether it took them or
 * gave them back. A store that wakes from a freeze carries out what was sent before, with all of the lock's lifetime
 * still to come. Thread-safe; nothing here waits.
 */
final class LeftLocks {

    /** More than this many at once are left to their lifetime. */
    private static final int MOST = 10_000;

    /** What was sent on a lost connection may be carried out after a question on the next one was answered. */
    private static final long LATE = Duration.ofSeconds(1).toNanos();

    private static final long NEVER = 0;

    private final Timing timing;

    /** When the store first answered what it has, in nanoseconds; {@link #NEVER} if it did not yet. */
    private final Map<Left, Long> answered = new ConcurrentHashMap<>();

    private record Left(Store store, String key, String owner) {

        /** Without the store, whose number differs from run to run: the order of the questions shall not. */
        @Override
        public int hashCode() {
            return Objects.hash(key, owner);
        }
    }

    LeftLocks(Timing timing) {
        this.timing = timing;
    }

    /** Takes note that this store may have a lock of an owner who is gone. */
    void add(Store store, String key, String owner) {
        if (answered.size() < MOST) {
            answered.putIfAbsent(new Left(store, key, owner), NEVER);
        }
    }

    /** Ends what the stores that can be asked still have; to be called a few times a second. */
    void end() {
        answered.keySet().forEach(left -> {
            if (left.store().up()) {
                var unused = left.store().gets(left.key()).thenAccept(reply -> end(left, reply));
            }
        });
    }

    private void end(Left left, Reply reply) {
        if (reply instanceof Reply.Found found && LockValue.isOf(left.owner(), found.value())) {
            var unused = left.store().cas(left.key(), found, found.value(), Exptime.AT_ONCE);
        } else if (reply instanceof Reply.Found || reply instanceof Reply.Absent) {
            long now = Math.max(NEVER + 1, timing.nanos());
            answered.computeIfPresent(
                    left, (same, first) -> first == NEVER ? Long.valueOf(now) : now - first < LATE ? first : null);
        }
    }

    boolean isEmpty() {
        return answered.isEmpty();
    }
}
