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
 * @param notifyListeners whether an application's listeners hear on this node which attributes others have changed
 */
public record ReplicationSettings(boolean expireOnShutdown, Optional<Pattern> filter, boolean notifyListeners) {

    /** Sessions outlive their node, what any request changed leaves it, and listeners hear of their own node alone. */
    public static ReplicationSettings defaults() {
        return new ReplicationSettings(false, Optional.empty(), false);
    }

    /** These settings with sessions that end with their node or not. */
    public ReplicationSettings withExpireOnShutdown(boolean other) {
        return new ReplicationSettings(other, filter, notifyListeners);
    }

    /** These settings with other requests whose changes need not leave the node. */
    public ReplicationSettings withFilter(Optional<Pattern> other) {
        return new ReplicationSettings(expireOnShutdown, other, notifyListeners);
    }

    /** These settings with listeners that hear of other nodes or not. */
    public ReplicationSettings withNotifyListeners(boolean other) {
        return new ReplicationSettings(expireOnShutdown, filter, other);
    }
}
