package org.keepsake.node.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what two parts of a cluster held that did not see each other: the part that merges asks for each of its
 * keys what is to become of it in the other one.
 */
public final class GridMerge
        implements SplitBrainMergePolicy<byte[], MergingEntry<String, byte[]>, byte[]>,
                IdentifiedDataSerializable,
                HazelcastInstanceAware {

    private @Nullable HazelcastInstance hazelcast;

    @Override
    public void setHazelcastInstance(HazelcastInstance instance) {
        hazelcast = instance;
    }

    @Override
    public byte @Nullable [] merge(
            MergingEntry<String, byte[]> merging, @Nullable MergingEntry<String, byte[]> existing) {
        byte[] theirs = merging.getDeserializedValue();
        byte[] ours = existing == null ? null : existing.getDeserializedValue();
        if (ours == null || theirs == null) {
            return ours == null ? theirs : ours;
        }
        HazelcastInstance here = hazelcast;
        return here == null ? ours : GridMember.of(here).merged(merging.getKey(), ours, theirs);
    }

    @Override
    public int getFactoryId() {
        return GridFactory.ID;
    }

    @Override
    public int getClassId() {
        return GridFactory.MERGE;
    }

    @Override
    public void writeData(ObjectDataOutput out) {
        // It has no settings.
    }

    @Override
    public void readData(ObjectDataInput in) {
        // As above.
    }
}
