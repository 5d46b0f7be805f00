package org.keepsake.launcher;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import org.keepsake.launcher.cluster.HeldData;
import org.keepsake.node.grid.GridMember;

/** The sessions that a node holds for the cluster, as the cluster sees them. Thread-safe. */
record SessionGrid(GridMember member) implements HeldData {

    @Override
    public void configure(Config config) {
        member.configure(config);
    }

    @Override
    public void joined(HazelcastInstance instance) {
        member.joined(instance);
    }
}
