package org.keepsake.node.session;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the applications of one node keep their sessions. Immutable; checked when it is made.
 *
 * @param route the name of this node, {@code [A-Za-z0-9_]+}; the part of a session cookie after the dot
 * @param maxInactive how long a session lives without a request where an application's descriptor is silent; negative or
 *     zero means for ever
 * @param operationTimeout how long one operation on one store may take
 * @param backupTimeout how long one load or one save may take in all, retries on stores in doubt included
 * @param requestUriIgnorePattern requests that neither load nor save a session, matched against the whole of
 *     {@code METHOD uri?query}, as memcached-session-manager does
 */
public record SessionSettings(
        String route,
        Duration maxInactive,
        Duration operationTimeout,
        Duration backupTimeout,
        Optional<Pattern> requestUriIgnorePattern) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,64}");
    private static final Duration DEFAULT_MAX_INACTIVE = Duration.ofMinutes(30);
    private static final Duration DEFAULT_OPERATION_TIMEOUT = Duration.ofMillis(300);
    private static final Duration DEFAULT_BACKUP_TIMEOUT = Duration.ofSeconds(5);

    public SessionSettings {
        if (!NAME.matcher(route).matches()) {
            throw new IllegalArgumentException(
                    "node name " + route + ": only 1 to 64 letters, digits and _ may stand in a session id");
        }
        requirePositive("operation timeout", operationTimeout);
        requirePositive("backup timeout", backupTimeout);
        if (backupTimeout.compareTo(operationTimeout) < 0) {
            throw new IllegalArgumentException("backup timeout " + backupTimeout.toMillis()
                    + " ms: is shorter than one operation, " + operationTimeout.toMillis() + " ms");
        }
        if (maxInactive.toSeconds() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("session timeout " + maxInactive + ": is longer than 68 years");
        }
    }

    /** The defaults that {@code --help} prints, for the node named {@code route}. */
    public static SessionSettings defaults(String route) {
        return new SessionSettings(
                route, DEFAULT_MAX_INACTIVE, DEFAULT_OPERATION_TIMEOUT, DEFAULT_BACKUP_TIMEOUT, Optional.empty());
    }

    private static void requirePositive(String thing, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(thing + " " + value.toMillis() + " ms: must be longer than nothing");
        }
    }
}
