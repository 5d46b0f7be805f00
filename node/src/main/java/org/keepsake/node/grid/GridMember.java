package org.keepsake.node.grid;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipAdapter;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.map.IMap;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * This node among those that hold sessions in their memory. Thread-safe.
 *
 * <p>It is made before the cluster is joined, configures what joins, and is handed it then. What members send each other
 * finds it by {@link #of}.
 */
public final class GridMember {

    private static final System.Logger LOG = System.getLogger(GridMember.class.getName());
    private static final String CONTEXT = GridMember.class.getName();
    private static final String MAP = "keepsake.sessions";
    private static final String NO_KEY = "x:";

    /** How often one that is alone, or in the smaller part, looks for the others, in seconds. */
    private static final String LOOKS_AFTER = "1";

    /** When it has found and joined it, or there is none. */
    private static final long ALONE_FOR_SURE = Duration.ofMillis(2_500).toNanos();

    /** In seconds: how long a member that leaves may take to hand over what only it has. */
    private static final String HANDING_OVER = "120";

    /** A change whose backup does not say for so long that it has it is done without, unless the backup has gone. */
    static final long BACKUP_MILLIS = 5_000;

    private final int backups;
    private final long number = ThreadLocalRandom.current().nextLong();

    private volatile @Nullable HazelcastInstance hazelcast;

    /** Unlike the instance it can be asked when that has ended. */
    private volatile @Nullable Cluster cluster;

    private volatile @Nullable IMap<String, byte[]> map;
    private volatile @Nullable GridCalls calls;

    private volatile BooleanSupplier inTouch = () -> false;
    private volatile @Nullable Merger merger;
    private volatile long joinedAt;
    private volatile boolean settled;
    private volatile Runnable newcomer = () -> {};
    private volatile Runnable left = () -> {};
    private volatile LongSupplier touches = () -> 0;
    private volatile GridListener listener = GridListener.DEAF;

    /** How many members have left. */
    private final AtomicLong gone = new AtomicLong();

    /** Makes one of two values that parts of a cluster had of one key, each without knowing of the other. */
    public interface Merger {
        /**
         * What is to be there from now on.
         *
         * @param present what the larger part had
         * @param coming what the other one had
         */
        byte[] merged(String key, byte[] present, byte[] coming);
    }

    /** @param backups how many other members have a copy of each session; 1 to 6 */
    public GridMember(int backups) {
        if (backups < 1 || backups > MapConfig.MAX_BACKUP_COUNT) {
            throw new IllegalArgumentException(
                    "backup count " + backups + ": is not between 1 and " + MapConfig.MAX_BACKUP_COUNT);
        }
        this.backups = backups;
    }

    /** Adds what this needs of the cluster to be joined. */
    public void configure(Config config) {
        config.getUserContext().put(CONTEXT, this);
        config.getSerializationConfig().addDataSerializableFactory(GridFactory.ID, new GridFactory());
        config.setProperty("hazelcast.merge.first.run.delay.seconds", LOOKS_AFTER);
        config.setProperty("hazelcast.merge.next.run.delay.seconds", LOOKS_AFTER);
        config.setProperty("hazelcast.partition.table.send.interval", "1");
        config.setProperty("hazelcast.graceful.shutdown.max.wait", HANDING_OVER);
        config.setProperty("hazelcast.operation.backup.timeout.millis", Long.toString(BACKUP_MILLIS));
        config.addMapConfig(new MapConfig(MAP)
                .setBackupCount(backups)
                .setInMemoryFormat(InMemoryFormat.BINARY)
                .setStatisticsEnabled(false)
                .setMergePolicyConfig(new MergePolicyConfig(GridMerge.class.getName(), 100)));
    }

    /** The cluster was joined; what waits for it goes on. */
    public void joined(HazelcastInstance instance) {
        hazelcast = instance;
        cluster = instance.getCluster();
        joinedAt = System.nanoTime();
        instance.getCluster().addMembershipListener(new MembershipAdapter() {
            @Override
            public void memberAdded(MembershipEvent event) {
                if (!event.getMember().isLiteMember()) {
                    newcomer.run();
                }
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                if (!event.getMember().isLiteMember()) {
                    gone.incrementAndGet();
                }
            }
        });
        instance.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleState.SHUTDOWN) {
                left.run();
            }
        });
        IMap<String, byte[]> sessions = instance.getMap(MAP);
        calls = new GridCalls(sessions, backups);
        map = sessions;
    }

    /** Whether this member owns its part of all there is, and every backup that is to be is there. Asks all members. */
    public boolean isSafe() {
        HazelcastInstance here = hazelcast;
        IMap<String, byte[]> sessions = map;
        if (here == null || sessions == null) {
            return false;
        }
        // Partitions are given to members when one is first asked for.
        boolean unused = sessions.containsKey(NO_KEY);
        Member own = here.getCluster().getLocalMember();
        return here.getPartitionService().getPartitions().stream()
                        .anyMatch(partition -> own.equals(partition.getOwner()))
                && here.getPartitionService().isClusterSafe();
    }

    /** Says what to do when this member has left the cluster for good. */
    public void onLeft(Runnable action) {
        left = action;
    }

    /** Says what to do when another member comes that may hold sessions. */
    public void onNewcomer(Runnable action) {
        newcomer = action;
    }

    /** For people. */
    public String describe() {
        HazelcastInstance here = hazelcast;
        return here == null
                ? "in the memory of the nodes; the cluster is not joined yet"
                : "in the memory of %d nodes, with %d backup(s)"
                        .formatted(
                                here.getCluster().getMembers().stream()
                                        .filter(member -> !member.isLiteMember())
                                        .count(),
                                backups);
    }

    /** Says whether this node hears the others, so that it may act as the owner of what it holds; asked very often. */
    public void actsWhile(BooleanSupplier inTouchWithOthers) {
        inTouch = inTouchWithOthers;
    }

    /**
     * Says what to number the times by in which this node hears the others, 0 while it does not. A node that left may have
     * changed something without telling all, so each departure begins another time as well.
     */
    public void countsBy(LongSupplier touch) {
        touches = touch;
    }

    /** Numbers the times in which this node misses nothing; 0 while it may, or is a member no more. */
    long generation() {
        HazelcastInstance here = hazelcast;
        long touch = here != null && here.getLifecycleService().isRunning() ? touches.getAsLong() : 0;
        return touch == 0 ? 0 : touch + (gone.get() << Integer.SIZE);
    }

    /** Says who hears on this member what becomes of values. */
    void listen(GridListener hears) {
        listener = hears;
    }

    GridListener listener() {
        return listener;
    }

    /** Tells this member from the others for as long as it lives. */
    long number() {
        return number;
    }

    /** The other members that hold sessions. */
    List<Member> others() {
        HazelcastInstance here = hazelcast;
        Cluster all = cluster;
        return here == null || all == null || !here.getLifecycleService().isRunning()
                ? List.of()
                : all.getMembers().stream()
                        .filter(other -> !other.localMember() && !other.isLiteMember())
                        .toList();
    }

    /** Says how what parts of a cluster had becomes one again. */
    public void mergeWith(Merger how) {
        merger = how;
    }

    /** The map of all sessions, once the cluster is joined; null before. */
    @Nullable
    IMap<String, byte[]> map() {
        return map;
    }

    /** How to ask and tell other members, once the cluster is joined; null before. */
    @Nullable
    GridCalls calls() {
        return calls;
    }

    /** In milliseconds since 1970, as the oldest member counts them. */
    long clusterTime() {
        Cluster counting = cluster;
        return counting == null ? System.currentTimeMillis() : counting.getClusterTime();
    }

    boolean isInTouch() {
        return isSettled() && inTouch.getAsBoolean();
    }

    /** Of two that start together each may be alone at first, and must not act as if there were no other. */
    private boolean isSettled() {
        if (!settled) {
            settled = map != null && (!others().isEmpty() || System.nanoTime() - joinedAt > ALONE_FOR_SURE);
        }
        return settled;
    }

    static GridMember of(HazelcastInstance instance) {
        return (GridMember)
                Objects.requireNonNull(instance.getUserContext().get(CONTEXT), "a member that holds no sessions");
    }

    static boolean isInTouch(HazelcastInstance instance) {
        return of(instance).isInTouch();
    }

    /** What is to be under a key that two parts of a cluster had. */
    byte[] merged(String key, byte[] present, byte[] coming) {
        byte[] both = both(key, present, coming);
        listener.merged(key);
        return both;
    }

    private byte[] both(String key, byte[] present, byte[] coming) {
        Merger how = merger;
        if (how == null) {
            return present;
        }
        try {
            GridValue ours = GridValue.decode(present);
            GridValue theirs = GridValue.decode(coming);
            byte[] both = how.merged(key, ours.value(), theirs.value());
            long expiry = ours.expiry() == 0 || theirs.expiry() == 0 ? 0 : Math.max(ours.expiry(), theirs.expiry());
            return new GridValue(GridStore.newVersion(), expiry, both).encode();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "sessions: one that two parts of the cluster had cannot be put together", e);
            return present;
        }
    }
}
