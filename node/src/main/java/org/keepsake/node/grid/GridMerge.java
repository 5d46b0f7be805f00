package org.keepsake.node.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.impl.merge.MapMergingEntryImpl;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import com.hazelcast.spi.merge.SplitBrainMergeTypes.MapMergeTypes;
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
        keepAlive(merging, existing);
        HazelcastInstance here = hazelcast;
        return here == null ? ours : GridMember.of(here).merged(merging.getKey(), ours, theirs);
    }

    /** Whatever becomes of the two, Hazelcast takes over how long the one that comes lives, even if that ends sooner. */
    private static void keepAlive(MergingEntry<String, byte[]> merging, @Nullable Object existing) {
        if (merging instanceof MapMergingEntryImpl<?, ?> coming
                && existing instanceof MapMergeTypes<?, ?> present
                && present.getExpirationTime() > coming.getExpirationTime()) {
            var unused = coming.setExpirationTime(present.getExpirationTime()).setTtl(present.getTtl());
        }
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
