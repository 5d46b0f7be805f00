package org.keepsake.node.session.settings;

/** Who keeps the sessions of the applications. */
public enum SessionManagerKind {
    /** Two memcached stores and the heap of the node; sessions survive any one process. */
    MEMCACHED,
    /** The memory of all nodes: each has every session. */
    DELTA,
    /** The memory of the nodes: one owns a session, another has its backup; sessions survive any one node. */
    BACKUP,
    /** A directory or a database that all nodes share; sessions survive all nodes. */
    PERSISTENT,
    /** The heap of this node alone, as Tomcat's StandardManager; sessions outlive a clean stop, and nothing else. */
    STANDARD;

    /** Whether the nodes themselves have the sessions, for each other. */
    public boolean isGrid() {
        return this == DELTA || this == BACKUP;
    }

    /** Whether any node may serve any session. */
    public boolean isShared() {
        return this != STANDARD;
    }
}
