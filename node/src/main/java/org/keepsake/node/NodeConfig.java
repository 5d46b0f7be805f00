package org.keepsake.node;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.keepsake.node.session.SessionSettings;

/**
 * What one node is and serves. Immutable; checked when it is made.
 *
 * @param name unique in the cluster, {@code [A-Za-z0-9_]+}; applications read it as the context attribute
 *     {@link Node#NAME_ATTRIBUTE}
 * @param listen the address of the HTTP listener; port 0 takes any free one
 * @param applications deployed one after the other; one that cannot be deployed fails the start
 * @param webapps a directory whose WAR files and exploded directories are deployed at start; one of these that cannot
 *     be deployed is logged and left out
 * @param workDirectory where WAR files are unpacked and JSPs compiled; each node name has its own folder in it, and
 *     compiled JSPs are found there again by the next start
 * @param sessions how sessions are kept; their route is this node's name
 * @param usersFile who may log in, a file in the form of Tomcat's {@code tomcat-users.xml}, read at start; without one
 *     nobody may
 * @param stopTimeout how long {@link Node#close} waits for requests under way
 */
public record NodeConfig(
        String name,
        InetSocketAddress listen,
        List<WebApplication> applications,
        Optional<Path> webapps,
        Path workDirectory,
        SessionSettings sessions,
        Optional<Path> usersFile,
        Duration stopTimeout) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,64}");

    public NodeConfig {
        applications = List.copyOf(applications);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "node name " + name + ": only 1 to 64 letters, digits and _ may stand in a session id");
        }
        if (!sessions.route().equals(name)) {
            throw new IllegalArgumentException("node " + name + ": its sessions have the route " + sessions.route()
                    + ", it must be the node's name");
        }
        if (listen.isUnresolved()) {
            throw new IllegalArgumentException("node " + name + ": host " + listen.getHostString() + " is not known");
        }
        if (stopTimeout.isNegative()) {
            throw new IllegalArgumentException("stop timeout " + stopTimeout.toMillis() + " ms: is negative");
        }
    }
}
