package org.keepsake.node.grid;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers of each key that begins with one of the prefixes its version, when it expires by the cluster's time, and its length in
 * bytes; null of others.
 */
final class GridList extends GridTask implements ReadOnly {

    private static final long serialVersionUID = 1L;

    private transient List<String> prefixes;

    GridList() {
        this(List.of());
    }

    GridList(List<String> prefixes) {
        this.prefixes = List.copyOf(prefixes);
    }

    @Override
    @Nullable
    Object run(Map.Entry<String, byte[]> entry) {
        String key = entry.getKey();
        byte[] value = entry.getValue();
        return value != null && prefixes.stream().anyMatch(key::startsWith)
                ? new long[] {GridValue.version(value), GridValue.expiry(value), value.length}
                : null;
    }

    @Override
    public int getClassId() {
        return GridFactory.LIST;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeStringArray(prefixes.toArray(String[]::new));
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        String[] read = in.readStringArray();
        prefixes = read == null ? List.of() : List.of(read);
    }
}
