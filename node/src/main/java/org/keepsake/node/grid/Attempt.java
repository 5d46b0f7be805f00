package org.keepsake.node.grid;

import com.hazelcast.internal.partition.InternalPartition;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A change of a key that is under way, and who hears of it without being told. Immutable. */
final class Attempt {

    /** What was done sooner is on the backups, see {@link GridMember#BACKUP_MILLIS}. */
    private static final long SURE_NANOS = TimeUnit.MILLISECONDS.toNanos(GridMember.BACKUP_MILLIS - 1_000);

    private final @Nullable GridCalls calls;
    private final @Nullable InternalPartition partition;
    private final GridCalls.@Nullable Place place;
    private final long begun = System.nanoTime();

    /**
     * To be made before the owner is asked.
     *
     * @param calls null if the cluster is not joined
     */
    Attempt(@Nullable GridCalls calls, String key) {
        this.calls = calls;
        this.partition = calls == null ? null : calls.partitionOf(key);
        this.place = calls == null || partition == null ? null : calls.placeOf(partition);
    }

    /**
     * The backups that were given what was changed; to be asked when the owner has answered that it is. Nobody for sure if
     * another member is the owner, if something moved meanwhile, or if it took so long that it may be done without them.
     */
    Set<UUID> toldBackups() {
        if (calls == null || partition == null || place == null || !place.owned()) {
            return Set.of();
        }
        Set<UUID> backups = calls.backupsOf(partition);
        return System.nanoTime() - begun < SURE_NANOS && place.equals(calls.placeOf(partition)) ? backups : Set.of();
    }
}
