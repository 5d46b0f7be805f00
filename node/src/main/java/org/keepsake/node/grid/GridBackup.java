package org.keepsake.node.grid;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Does on a backup what the owner has done, without asking. */
final class GridBackup implements EntryProcessor<String, byte[], Object>, IdentifiedDataSerializable {

    private static final long serialVersionUID = 1L;

    private byte @Nullable [] value;
    private long seconds;

    GridBackup() {
        this(null, 0);
    }

    /**
     * @param value what is to be there, null for nothing
     * @param seconds for how long, 0 for ever
     */
    GridBackup(byte @Nullable [] value, long seconds) {
        this.value = value;
        this.seconds = seconds;
    }

    @Override
    public @Nullable Object process(Map.Entry<String, byte[]> entry) {
        GridChange.set(entry, value, seconds);
        return null;
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
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        value = in.readByteArray();
        seconds = in.readLong();
    }
}
