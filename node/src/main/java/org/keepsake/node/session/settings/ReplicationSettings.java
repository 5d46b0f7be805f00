package org.keepsake.node.session.settings;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What nodes do for each other's sessions, in the words of Tomcat's cluster. Immutable.
 *
 * @param expireOnShutdown whether sessions end for all nodes when the one that served them last stops or undeploys their
 *     application
 * @param filter requests whose changes need not leave the node, matched against the whole of {@code METHOD uri?query}; they
 *     go with the next request of the session that does not match
 */
public record ReplicationSettings(boolean expireOnShutdown, Optional<Pattern> filter) {

    /** Sessions outlive their node, and what any request changed leaves it. */
    public static ReplicationSettings defaults() {
        return new ReplicationSettings(false, Optional.empty());
    }

    /** These settings with sessions that end with their node or not. */
    public ReplicationSettings withExpireOnShutdown(boolean other) {
        return new ReplicationSettings(other, filter);
    }

    /** These settings with other requests whose changes need not leave the node. */
    public ReplicationSettings withFilter(Optional<Pattern> other) {
        return new ReplicationSettings(expireOnShutdown, other);
    }
}
