package org.keepsake.node.grid;

import org.jspecify.annotations.Nullable;

/** Hears of values that other nodes changed. Of one key it hears in the order of the changes, and never from two threads at once. */
@FunctionalInterface
public interface ReplicaWatcher {

    /**
     * A value became another one; several changes may be told as one. Called by threads of the cluster, so it must not wait
     * for anything. The arrays are shared and must not be changed.
     *
     * @param before what this node had, null if the key is new
     */
    void changed(String key, byte @Nullable [] before, byte[] after);
}
