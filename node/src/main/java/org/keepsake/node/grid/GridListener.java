package org.keepsake.node.grid;

/** Hears on this member what becomes of values that it may have replicas of. Must not block. Thread-safe. */
interface GridListener {

    /** Hears nothing. */
    GridListener DEAF = new GridListener() {};

    /** Another member tells what it changed. */
    default void told(GridUpdate update) {}

    /**
     * The owner of a key gave this member, its backup, what the key has now.
     *
     * @param own whether it was this member that changed it
     */
    default void backedUp(Replacement replacement, boolean own) {}

    /** This member owns a key that two parts of a cluster had. */
    default void merged(String key) {}
}
