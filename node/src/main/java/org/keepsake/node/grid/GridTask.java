package org.keepsake.node.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is done to one key by the member that owns it. It does nothing there while that member is out of touch with the
 * others, because another one may own the key by now.
 */
abstract class GridTask
        implements EntryProcessor<String, byte[], Object>, IdentifiedDataSerializable, HazelcastInstanceAware {

    private static final long serialVersionUID = 1L;

    /** Answered by a member that is out of touch. */
    static final Integer OUT_OF_TOUCH = -1;

    private transient @Nullable HazelcastInstance hazelcast;

    @Override
    public void setHazelcastInstance(HazelcastInstance instance) {
        hazelcast = instance;
    }

    @Override
    public final @Nullable Object process(Map.Entry<String, byte[]> entry) {
        HazelcastInstance here = hazelcast;
        return here != null && GridMember.isInTouch(here) ? run(entry) : OUT_OF_TOUCH;
    }

    abstract @Nullable Object run(Map.Entry<String, byte[]> entry);

    @Override
    public final int getFactoryId() {
        return GridFactory.ID;
    }
}
