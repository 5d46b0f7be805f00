package org.keepsake.launcher;

import java.util.Optional;
import org.keepsake.launcher.options.SessionOptions;
import org.keepsake.launcher.options.UsageError;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.SessionSettings;
import org.keepsake.node.session.settings.BackupSettings;
import org.keepsake.node.session.settings.HeapSettings;
import org.keepsake.node.session.settings.LockSettings;
import org.keepsake.node.session.settings.RecordSettings;
import org.keepsake.node.session.settings.SessionManagerKind;
import org.keepsake.node.session.settings.StoreSettings;
import org.keepsake.node.session.settings.StoreSettings.Credentials;

/** Turns the options of a node's sessions into their settings, and into the stores that the user named. */
final class NodeSessions {

    private NodeSessions() {}

    /** @throws IllegalArgumentException with one sentence that names the setting, the value and the rule */
    static SessionSettings settings(String name, SessionOptions options) {
        return new SessionSettings(
                name,
                options.manager,
                options.sticky,
                options.timeout,
                Optional.ofNullable(options.requestUriIgnorePattern),
                options.requireDistributable,
                options.statistics,
                new LockSettings(options.lockingMode, options.lockExpiration, options.lockTimeoutAction),
                new BackupSettings(options.backupAsync, options.backupTimeout, options.backupThreads),
                new StoreSettings(
                        options.operationTimeout,
                        options.memcachedProtocol,
                        credentials(options),
                        options.storeReplaceAfter),
                records(options),
                new HeapSettings(
                        options.maxActiveSessions,
                        options.maxHeapSessions,
                        SessionDirectory.of(options, System.getenv(), System.getProperty("user.home", ""))));
    }

    private static RecordSettings records(SessionOptions options) {
        return new RecordSettings(
                options.transcoder,
                options.customConverters,
                options.copyCollections,
                options.granularity,
                Optional.ofNullable(options.attributeFilter),
                options.storageKeyPrefix,
                Optional.ofNullable(options.secretFile));
    }

    /** The stores that the user named; empty when they are to be found in the cluster. */
    static Optional<MemcachedNodes> memcachedNodes(SessionOptions options) {
        if (options.memcachedNodes.isEmpty()) {
            if (!options.failoverNodes.isEmpty()) {
                throw new UsageError("--failover-nodes needs --memcached-nodes, which names the stores");
            }
            return Optional.empty();
        }
        if (options.manager == SessionManagerKind.STANDARD) {
            throw new UsageError("--memcached-nodes says nothing with --session-manager=standard, which uses no store");
        }
        return Optional.of(StoreList.parse(options.memcachedNodes, options.failoverNodes));
    }

    private static Optional<Credentials> credentials(SessionOptions options) {
        Optional<String> password = password(options);
        if (options.memcachedUsername == null) {
            if (password.isPresent()) {
                throw new UsageError("a password for memcached needs --memcached-username, which says whose it is");
            }
            return Optional.empty();
        }
        String user = options.memcachedUsername;
        return Optional.of(new Credentials(
                user,
                password.orElseThrow(() ->
                        new UsageError("--memcached-username=%s needs --memcached-password-file, which has the password"
                                .formatted(user)))));
    }

    private static Optional<String> password(SessionOptions options) {
        if (options.memcachedPassword != null && options.memcachedPasswordFile != null) {
            throw new UsageError("--memcached-password and --memcached-password-file say the same; give one of them");
        }
        return options.memcachedPasswordFile == null
                ? Optional.ofNullable(options.memcachedPassword)
                : Optional.of(PasswordFile.read("--memcached-password-file", options.memcachedPasswordFile));
    }
}
