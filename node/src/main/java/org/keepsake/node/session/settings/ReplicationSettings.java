package org.keepsake.node.session.settings;

/**
 * What nodes do for each other's sessions, in the words of Tomcat's cluster. Immutable.
 *
 * @param expireOnShutdown whether sessions end for all nodes when the one that served them last stops or undeploys their
 *     application
 */
public record ReplicationSettings(boolean expireOnShutdown) {

    /** Sessions outlive their node. */
    public static ReplicationSettings defaults() {
        return new ReplicationSettings(false);
    }

    /** These settings with sessions that end with their node or not. */
    public ReplicationSettings withExpireOnShutdown(boolean other) {
        return new ReplicationSettings(other);
    }
}
