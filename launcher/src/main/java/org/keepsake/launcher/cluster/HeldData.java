package org.keepsake.launcher.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;

/** What this process holds for the whole cluster, and hands over when it leaves. Thread-safe. */
public interface HeldData {

    /** Adds what it needs to how the cluster is joined; may be called again when joining failed. */
    void configure(Config config);

    /** The cluster was joined. */
    void joined(HazelcastInstance instance);
}
