package org.keepsake.node.session;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.keepsake.node.session.settings.BackupSettings;
import org.keepsake.node.session.settings.HeapSettings;
import org.keepsake.node.session.settings.LockSettings;
import org.keepsake.node.session.settings.RecordSettings;
import org.keepsake.node.session.settings.ReplicationSettings;
import org.keepsake.node.session.settings.SessionManagerKind;
import org.keepsake.node.session.settings.StoreSettings;

/**
 * How one node keeps sessions, or one application of it. Immutable; checked when it is made.
 *
 * @param route the name of this node, {@code [A-Za-z0-9_]+}; the part of a session cookie after the dot
 * @param manager who keeps the sessions; the same for all applications of a node
 * @param sticky whether the heap copy is trusted when the cookie's route is this node; else the stores are asked at
 *     every request
 * @param maxInactive how long a session lives without a request where an application's descriptor is silent; negative or
 *     zero means for ever
 * @param requestUriIgnorePattern requests that neither load nor save a session, matched against the whole of
 *     {@code METHOD uri?query}, as memcached-session-manager does
 * @param requireDistributable whether only applications that say {@code <distributable/>} have sessions that leave the
 *     node, as on Tomcat
 * @param statistics whether what happens to sessions is counted, and told by {@link Sessions#statistics}
 * @param locks how requests of one session wait for each other
 * @param backup how changed sessions reach the stores
 * @param stores how the node talks to its stores; the same for all its applications
 * @param records what of a session leaves the node, and in which form
 * @param heap how many sessions a node has in its heap, and where they wait if they are nowhere else
 * @param replication what nodes do for each other's sessions
 */
public record SessionSettings(
        String route,
        SessionManagerKind manager,
        boolean sticky,
        Duration maxInactive,
        Optional<Pattern> requestUriIgnorePattern,
        boolean requireDistributable,
        boolean statistics,
        LockSettings locks,
        BackupSettings backup,
        StoreSettings stores,
        RecordSettings records,
        HeapSettings heap,
        ReplicationSettings replication) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,64}");
    private static final Duration DEFAULT_MAX_INACTIVE = Duration.ofMinutes(30);

    public SessionSettings {
        if (!NAME.matcher(route).matches()) {
            throw new IllegalArgumentException(
                    "node name " + route + ": only 1 to 64 letters, digits and _ may stand in a session id");
        }
        if (maxInactive.toSeconds() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("session timeout " + maxInactive + ": is longer than 68 years");
        }
        if (replication.notifyListeners() && manager != SessionManagerKind.DELTA) {
            throw new IllegalArgumentException("notify listeners on replication: says nothing with session manager "
                    + manager.name().toLowerCase(Locale.ROOT)
                    + ": only with delta each node hears what the others change");
        }
    }

    /** The defaults that {@code --help} prints, for the node named {@code route}. */
    public static SessionSettings defaults(String route) {
        return new SessionSettings(
                route,
                SessionManagerKind.MEMCACHED,
                false,
                DEFAULT_MAX_INACTIVE,
                Optional.empty(),
                false,
                true,
                LockSettings.defaults(),
                BackupSettings.defaults(),
                StoreSettings.defaults(),
                RecordSettings.defaults(),
                HeapSettings.defaults(),
                ReplicationSettings.defaults());
    }

    /**
     * How long a session may be unused before the stores have what was changed; empty if they have it with each request.
     * Only a node that would hear of another one that serves the session may know more than the stores.
     */
    Optional<Duration> backupDelay() {
        return backup.maxIdle().filter(unused -> sticky && manager.isShared());
    }

    /** Whether responses leave before their sessions are saved. */
    boolean isAsync() {
        return backup.async() || backupDelay().isPresent();
    }

    /** These settings with the heap copy trusted or not. */
    public SessionSettings withSticky(boolean other) {
        return change(draft -> draft.sticky = other);
    }

    /** These settings with sessions counted or not. */
    public SessionSettings withStatistics(boolean other) {
        return change(draft -> draft.statistics = other);
    }

    /** These settings with other requests ignored. */
    public SessionSettings withRequestUriIgnorePattern(Optional<Pattern> other) {
        return change(draft -> draft.requestUriIgnorePattern = other);
    }

    /** These settings, with sessions of unmarked applications kept on the node or not. */
    public SessionSettings withRequireDistributable(boolean other) {
        return change(draft -> draft.requireDistributable = other);
    }

    /** These settings with other locks. */
    public SessionSettings with(LockSettings other) {
        return change(draft -> draft.locks = other);
    }

    /** These settings with sessions kept by another manager. */
    public SessionSettings with(SessionManagerKind other) {
        return change(draft -> draft.manager = other);
    }

    /** These settings with other backups. */
    public SessionSettings with(BackupSettings other) {
        return change(draft -> draft.backup = other);
    }

    /** These settings with other ways to the stores. */
    public SessionSettings with(StoreSettings other) {
        return change(draft -> draft.stores = other);
    }

    /** These settings with other records. */
    public SessionSettings with(RecordSettings other) {
        return change(draft -> draft.records = other);
    }

    /** These settings with other limits. */
    public SessionSettings with(HeapSettings other) {
        return change(draft -> draft.heap = other);
    }

    /** These settings with nodes that do something else for each other's sessions. */
    public SessionSettings with(ReplicationSettings other) {
        return change(draft -> draft.replication = other);
    }

    private SessionSettings change(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new SessionSettings(
                route,
                draft.manager,
                draft.sticky,
                maxInactive,
                draft.requestUriIgnorePattern,
                draft.requireDistributable,
                draft.statistics,
                draft.locks,
                draft.backup,
                draft.stores,
                draft.records,
                draft.heap,
                draft.replication);
    }

    /** The same values, open to change. */
    private static final class Draft {
        SessionManagerKind manager;
        boolean sticky;
        Optional<Pattern> requestUriIgnorePattern;
        boolean requireDistributable;
        boolean statistics;
        LockSettings locks;
        BackupSettings backup;
        StoreSettings stores;
        RecordSettings records;
        HeapSettings heap;
        ReplicationSettings replication;

        Draft(SessionSettings settings) {
            manager = settings.manager;
            sticky = settings.sticky;
            requestUriIgnorePattern = settings.requestUriIgnorePattern;
            requireDistributable = settings.requireDistributable;
            statistics = settings.statistics;
            locks = settings.locks;
            backup = settings.backup;
            stores = settings.stores;
            records = settings.records;
            heap = settings.heap;
            replication = settings.replication;
        }
    }
}
