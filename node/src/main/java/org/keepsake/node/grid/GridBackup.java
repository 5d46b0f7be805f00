package org.keepsake.node.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Does on a backup what the owner has done, without asking, and has it heard there. */
final class GridBackup
        implements EntryProcessor<String, byte[], Object>, IdentifiedDataSerializable, HazelcastInstanceAware {

    private static final long serialVersionUID = 1L;

    private byte @Nullable [] value;
    private long seconds;

    /** The version that was replaced, 0 if there was none. */
    private long before;

    private long changer;
    private transient @Nullable HazelcastInstance hazelcast;

    GridBackup() {
        this(null, 0, 0, 0);
    }

    /**
     * @param value what is to be there, null for nothing
     * @param seconds for how long, 0 for ever
     * @param before the version that was replaced, 0 if there was none
     * @param changer the {@link GridMember#number} of who changed it
     */
    GridBackup(byte @Nullable [] value, long seconds, long before, long changer) {
        this.value = value;
        this.seconds = seconds;
        this.before = before;
        this.changer = changer;
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance instance) {
        hazelcast = instance;
    }

    @Override
    public @Nullable Object process(Map.Entry<String, byte[]> entry) {
        GridChange.set(entry, value, seconds);
        HazelcastInstance here = hazelcast;
        if (here != null) {
            GridMember member = GridMember.of(here);
            member.listener().backedUp(new Backed(entry.getKey(), before, value), changer == member.number());
        }
        return null;
    }

    /** What a backup was given; no bytes for nothing. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    private record Backed(String key, long before, byte @Nullable [] bytes) implements Replacement {

        @Override
        public long version() {
            return bytes == null ? 0 : GridValue.version(bytes);
        }

        @Override
        public long expiry() {
            return bytes == null ? 0 : GridValue.expiry(bytes);
        }

        @Override
        public byte @Nullable [] of(byte[] old) {
            return bytes == null ? null : GridValue.decode(bytes).value();
        }
    }

    @Override
    public int getFactoryId() {
        return GridFactory.ID;
    }

    @Override
    public int getClassId() {
        return GridFactory.BACKUP;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByteArray(value);
        out.writeLong(seconds);
        out.writeLong(before);
        out.writeLong(changer);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        value = in.readByteArray();
        seconds = in.readLong();
        before = in.readLong();
        changer = in.readLong();
    }
}
