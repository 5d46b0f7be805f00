package org.keepsake.node.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Tells another node what became of a value of which it may have a replica; answered when it knows. */
final class GridUpdate implements Callable<Integer>, IdentifiedDataSerializable, HazelcastInstanceAware {

    private static final Integer DONE = 1;

    private String key;

    /** The version that was replaced; 0 if there was none, or if the replica is only to be let go of. */
    private long before;

    /** The version that is there now; 0 if the replica is only to be let go of. */
    private long version;

    /** When it expires, by the cluster's time, 0 for never. */
    private long expiry;

    private @Nullable Patch patch;

    private @Nullable HazelcastInstance hazelcast;

    GridUpdate() {
        this("", 0, 0, 0, null);
    }

    private GridUpdate(String key, long before, long version, long expiry, @Nullable Patch patch) {
        this.key = key;
        this.before = before;
        this.version = version;
        this.expiry = expiry;
        this.patch = patch;
    }

    /** The value of {@code before} became this one; of version 0, that there was none. */
    static GridUpdate of(String key, long before, byte[] old, long version, byte[] value, long expiry) {
        return new GridUpdate(key, before, version, expiry, Patch.between(old, value));
    }

    /** Whatever a node has of this key may be old. */
    static GridUpdate forgetting(String key) {
        return new GridUpdate(key, 0, 0, 0, null);
    }

    String key() {
        return key;
    }

    long before() {
        return before;
    }

    long version() {
        return version;
    }

    long expiry() {
        return expiry;
    }

    @Nullable
    Patch patch() {
        return patch;
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance instance) {
        hazelcast = instance;
    }

    @Override
    public Integer call() {
        HazelcastInstance here = hazelcast;
        if (here != null) {
            GridMember.of(here).told(this);
        }
        return DONE;
    }

    @Override
    public int getFactoryId() {
        return GridFactory.ID;
    }

    @Override
    public int getClassId() {
        return GridFactory.UPDATE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(key);
        out.writeLong(before);
        out.writeLong(version);
        out.writeLong(expiry);
        out.writeBoolean(patch != null);
        if (patch != null) {
            patch.write(out);
        }
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        String read = in.readString();
        key = read == null ? "" : read;
        before = in.readLong();
        version = in.readLong();
        expiry = in.readLong();
        patch = in.readBoolean() ? Patch.read(in) : null;
    }
}
