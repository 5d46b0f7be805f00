package org.keepsake.node.grid;

import com.hazelcast.cluster.MembershipAdapter;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.function.BooleanSupplier;
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

    /** In seconds: how long a member that leaves may take to hand over what only it has. */
    private static final String HANDING_OVER = "120";

    private final int backups;
    private volatile @Nullable HazelcastInstance hazelcast;
    private volatile @Nullable IMap<String, byte[]> map;

    private volatile BooleanSupplier inTouch = () -> false;
    private volatile @Nullable Merger merger;
    private volatile Runnable newcomer = () -> {};

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
        config.setProperty("hazelcast.graceful.shutdown.max.wait", HANDING_OVER);
        config.addMapConfig(new MapConfig(MAP)
                .setBackupCount(backups)
                .setInMemoryFormat(InMemoryFormat.BINARY)
                .setStatisticsEnabled(false)
                .setMergePolicyConfig(new MergePolicyConfig(GridMerge.class.getName(), 100)));
    }

    /** The cluster was joined; what waits for it goes on. */
    public void joined(HazelcastInstance instance) {
        hazelcast = instance;
        instance.getCluster().addMembershipListener(new MembershipAdapter() {
            @Override
            public void memberAdded(MembershipEvent event) {
                if (!event.getMember().isLiteMember()) {
                    newcomer.run();
                }
            }
        });
        map = instance.getMap(MAP);
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

    /** Says how what parts of a cluster had becomes one again. */
    public void mergeWith(Merger how) {
        merger = how;
    }

    /** The map of all sessions, once the cluster is joined; null before. */
    @Nullable
    IMap<String, byte[]> map() {
        return map;
    }

    /** In milliseconds since 1970, as the oldest member counts them. */
    long clusterTime() {
        HazelcastInstance here = hazelcast;
        return here == null ? System.currentTimeMillis() : here.getCluster().getClusterTime();
    }

    boolean isInTouch() {
        return inTouch.getAsBoolean();
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
