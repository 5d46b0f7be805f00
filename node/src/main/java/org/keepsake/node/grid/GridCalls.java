package org.keepsake.node.grid;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.internal.partition.InternalPartition;
import com.hazelcast.internal.partition.InternalPartitionService;
import com.hazelcast.internal.partition.PartitionReplica;
import com.hazelcast.map.IMap;
import com.hazelcast.map.impl.proxy.MapProxyImpl;
import com.hazelcast.spi.impl.NodeEngine;
import com.hazelcast.spi.impl.operationexecutor.OperationHostileThread;
import com.hazelcast.spi.impl.operationexecutor.impl.OperationThread;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks and tells other members by Hazelcast's own operations. Its collections would do as well, but hand each answer over
 * to the common pool, and what is told to an executor: twice the threads, which is most of what a small request costs.
 * Thread-safe.
 *
 * <p>Futures complete on the thread that brings the answer, which must go on with that: what depends on them must not
 * block.
 */
final class GridCalls {

    private final MapProxyImpl<String, byte[]> map;
    private final NodeEngine engine;
    private final InternalPartitionService partitions;
    private final int backups;

    /**
     * Where a partition is, as this member sees it. As long as this is equal nothing has moved, and nobody has come or
     * gone.
     *
     * @param members the version of the list of members
     * @param partition the version of the partition
     * @param owned whether this member owns it
     */
    record Place(int members, int partition, boolean owned) {}

    /** This member is none any more. */
    static final class NotSent extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private NotSent(HazelcastInstanceNotActiveException left) {
            super(left.getMessage(), left);
        }
    }

    GridCalls(IMap<String, byte[]> map, int backups) {
        this.map = (MapProxyImpl<String, byte[]>) map;
        this.engine = this.map.getNodeEngine();
        this.partitions = (InternalPartitionService) engine.getPartitionService();
        this.backups = backups;
    }

    /** Has the owner of a key do something with it. */
    CompletableFuture<@Nullable Object> ask(String key, GridTask task) {
        return call(
                () -> map.executeOnKeyInternal(key, task),
                answer -> engine.getSerializationService().toObject(answer));
    }

    /** Ends when another member has heard it. */
    CompletableFuture<@Nullable Object> tell(GridUpdate update, Member other) {
        return call(
                () -> engine.getOperationService()
                        .createInvocationBuilder(null, new GridTelling(update), other.getAddress())
                        .setTryCount(1)
                        .invoke(),
                heard -> heard);
    }

    /** A future whose stages are run by whoever completes it: Hazelcast's go to the common pool, each of them. */
    private static <A> CompletableFuture<@Nullable Object> call(
            Supplier<CompletableFuture<A>> call, Function<A, @Nullable Object> understood) {
        CompletableFuture<@Nullable Object> called = new CompletableFuture<>();
        Runnable begin = () -> {
            try {
                var unused = call.get()
                        .whenCompleteAsync(
                                (answer, failure) -> end(called, answer, failure, understood), Runnable::run);
            } catch (HazelcastInstanceNotActiveException left) {
                boolean unused = called.completeExceptionally(new NotSent(left));
            } catch (RuntimeException e) {
                boolean unused = called.completeExceptionally(e);
            }
        };
        if (mustNotCall(Thread.currentThread())) {
            ForkJoinPool.commonPool().execute(begin);
        } else {
            begin.run();
        }
        return called;
    }

    private static <A> void end(
            CompletableFuture<@Nullable Object> called,
            A answer,
            @Nullable Throwable failure,
            Function<A, @Nullable Object> understood) {
        if (failure == null) {
            var unused = called.completeAsync(() -> understood.apply(answer), Runnable::run);
        } else {
            boolean unused = called.completeExceptionally(failure);
        }
    }

    /** Threads that bring answers, or work for others, might wait for each other. */
    private static boolean mustNotCall(Thread thread) {
        return thread instanceof OperationHostileThread || thread instanceof OperationThread;
    }

    /** Whether this member owns a key. */
    boolean isOwner(String key) {
        InternalPartition partition = partitionOf(key);
        return partition != null && partition.isLocal();
    }

    /** The partition of a key, which is always the same; null if this member is none any more. */
    @Nullable
    InternalPartition partitionOf(String key) {
        try {
            return partitions.getPartition(partitions.getPartitionId(key), false);
        } catch (HazelcastInstanceNotActiveException left) {
            return null;
        }
    }

    Place placeOf(InternalPartition partition) {
        return new Place(engine.getClusterService().getMemberListVersion(), partition.version(), partition.isLocal());
    }

    /** The members that are to have a copy of what is in a partition, beside its owner. */
    Set<UUID> backupsOf(InternalPartition partition) {
        Set<UUID> members = new HashSet<>();
        for (int i = 1; i <= backups; i++) {
            PartitionReplica replica = partition.getReplica(i);
            if (replica != null) {
                members.add(replica.uuid());
            }
        }
        return members;
    }
}
