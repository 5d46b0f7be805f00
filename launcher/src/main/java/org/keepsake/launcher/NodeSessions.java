package org.keepsake.launcher;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.keepsake.launcher.cluster.Alike;
import org.keepsake.launcher.options.SessionOptions;
import org.keepsake.launcher.options.UsageError;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.SessionSettings;
import org.keepsake.node.session.settings.BackupSettings;
import org.keepsake.node.session.settings.HeapSettings;
import org.keepsake.node.session.settings.LockSettings;
import org.keepsake.node.session.settings.RecordSettings;
import org.keepsake.node.session.settings.ReplicationSettings;
import org.keepsake.node.session.settings.SessionManagerKind;
import org.keepsake.node.session.settings.StoreSettings;
import org.keepsake.node.session.settings.StoreSettings.Credentials;
import org.keepsake.node.store.PersistentSettings;

/** Turns the options of a node's sessions into their settings, and into the stores that the user named. */
final class NodeSessions {

    /** Longer than it takes until a node that hangs is given up and the others go on without it. */
    private static final Duration GRID_TIMEOUT = Duration.ofSeconds(10);

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
                backup(options),
                new StoreSettings(
                        options.operationTimeout,
                        options.memcachedProtocol,
                        credentials(options),
                        options.storeReplaceAfter,
                        persistent(options)),
                records(options),
                heap(options),
                replication(options));
    }

    /** What all nodes of a cluster are to have in common of this. */
    static Alike alike(SessionSettings sessions) {
        SessionManagerKind manager = sessions.manager();
        Map<String, String> should = new TreeMap<>();
        if (manager.isGrid()) {
            should.put("--backup-count", Integer.toString(sessions.backup().count()));
        }
        if (manager == SessionManagerKind.DELTA) {
            should.put("--replication", word(sessions.backup().replication()));
        }
        return new Alike(Map.of("--session-manager", word(manager)), should);
    }

    /** As the user writes it. */
    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static ReplicationSettings replication(SessionOptions options) {
        if (options.replicationFilter != null && options.manager == SessionManagerKind.STANDARD) {
            throw saysNothing("--replication-filter");
        }
        if (options.notifyListeners && options.manager != SessionManagerKind.DELTA) {
            throw new UsageError(("--notify-listeners-on-replication says nothing with --session-manager=%s: only with"
                            + " delta each node hears what the others change")
                    .formatted(word(options.manager)));
        }
        return new ReplicationSettings(
                options.expireOnShutdown, Optional.ofNullable(options.replicationFilter), options.notifyListeners);
    }

    private static BackupSettings backup(SessionOptions options) {
        if (options.maxIdleBackup != null && options.manager != SessionManagerKind.STANDARD && !options.sticky) {
            throw new UsageError("--max-idle-backup says nothing without --sticky: where the stores are asked at each"
                    + " request, they have each change");
        }
        return new BackupSettings(
                options.backupAsync,
                backupTimeout(options),
                options.backupThreads,
                options.backupCount,
                Optional.ofNullable(options.maxIdleBackup),
                options.replication);
    }

    private static HeapSettings heap(SessionOptions options) {
        if (options.manager == SessionManagerKind.STANDARD) {
            saysNothing("--min-idle-swap", options.minIdleSwap);
            saysNothing("--max-idle-swap", options.maxIdleSwap);
            saysNothing("--max-idle-backup", options.maxIdleBackup);
        }
        return new HeapSettings(
                options.maxActiveSessions,
                options.maxHeapSessions,
                Optional.ofNullable(options.minIdleSwap),
                Optional.ofNullable(options.maxIdleSwap),
                SessionDirectory.of(options, System.getenv(), System.getProperty("user.home", "")));
    }

    private static void saysNothing(String option, @Nullable Duration time) {
        if (time != null) {
            throw saysNothing(option);
        }
    }

    private static UsageError saysNothing(String option) {
        return new UsageError("%s says nothing with --session-manager=standard, whose sessions are in the heap alone"
                .formatted(option));
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
        if (options.manager != SessionManagerKind.MEMCACHED) {
            throw new UsageError("--memcached-nodes says nothing with --session-manager=%s, which uses no memcached"
                    .formatted(word(options.manager)));
        }
        return Optional.of(StoreList.parse(options.memcachedNodes, options.failoverNodes));
    }

    private static Duration backupTimeout(SessionOptions options) {
        Duration usual = options.manager.isGrid()
                ? GRID_TIMEOUT
                : BackupSettings.defaults().timeout();
        return Optional.ofNullable(options.backupTimeout).orElse(usual);
    }

    private static Optional<PersistentSettings> persistent(SessionOptions options) {
        boolean wanted = options.manager == SessionManagerKind.PERSISTENT;
        if (options.persistentStore == null) {
            if (wanted) {
                throw new UsageError("--session-manager=persistent needs --persistent-store=file:DIR or jdbc:URL");
            }
            return Optional.empty();
        }
        if (!wanted) {
            throw new UsageError("--persistent-store says nothing without --session-manager=persistent");
        }
        return Optional.of(new PersistentSettings(
                options.persistentStore,
                Optional.ofNullable(options.persistentStoreUser),
                Optional.ofNullable(options.persistentStorePasswordFile)
                        .map(file -> PasswordFile.read("--persistent-store-password-file", file))));
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
