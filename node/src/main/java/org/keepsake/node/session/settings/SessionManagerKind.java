package org.keepsake.node.session.settings;

/** Who keeps the sessions of the applications. */
public enum SessionManagerKind {
    /** Two memcached stores and the heap of the node; sessions survive any one process. */
    MEMCACHED,
    /** The heap of this node alone, as Tomcat's StandardManager; sessions outlive a clean stop, and nothing else. */
    STANDARD
}
