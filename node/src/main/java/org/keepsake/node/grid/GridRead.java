package org.keepsake.node.grid;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers what a key has, as {@link GridValue}; null if nothing. */
final class GridRead extends GridTask implements ReadOnly {

    private static final long serialVersionUID = 1L;

    @Override
    @Nullable
    Object run(Map.Entry<String, byte[]> entry) {
        return entry.getValue();
    }

    @Override
    public int getClassId() {
        return GridFactory.READ;
    }

    @Override
    public void writeData(ObjectDataOutput out) {
        // It asks for all there is.
    }

    @Override
    public void readData(ObjectDataInput in) {
        // As above.
    }
}
