package org.keepsake.launcher.options;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.settings.BackupSettings;
import org.keepsake.node.session.settings.HeapSettings;
import org.keepsake.node.session.settings.LockSettings;
import org.keepsake.node.session.settings.LockingMode;
import org.keepsake.node.session.settings.RecordSettings;
import org.keepsake.node.session.settings.ReplicationSettings;
import org.keepsake.node.session.settings.SessionManagerKind;
import org.keepsake.node.session.settings.StorageKeyPrefix;
import org.keepsake.node.session.settings.StoreSettings;
import picocli.CommandLine.Option;

/**
 * How a node keeps sessions. The names are memcached-session-manager's, written as options are; an application may say
 * otherwise for itself in its {@code META-INF/context.xml}. The initial values are the defaults.
 */
public final class SessionOptions {

    private static final LockSettings LOCKS = LockSettings.defaults();
    private static final BackupSettings BACKUP = BackupSettings.defaults();
    private static final StoreSettings STORES = StoreSettings.defaults();
    private static final RecordSettings RECORDS = RecordSettings.defaults();
    private static final HeapSettings HEAP = HeapSettings.defaults();
    private static final ReplicationSettings REPLICATION = ReplicationSettings.defaults();

    @Option(
            names = "--session-manager",
            paramLabel = "NAME",
            converter = Converters.OfSessionManager.class,
            description = "who keeps the sessions: memcached; delta, every node all of them; backup, the nodes"
                    + " themselves, each session on two of them; persistent, a directory or a database; or standard, the heap of this node alone, which"
                    + " saves them at a clean stop (default: memcached)")
    public SessionManagerKind manager = SessionManagerKind.MEMCACHED;

    /** {@code none} for none; without the node's own folder in it. */
    @Option(
            names = "--session-directory",
            paramLabel = "DIR|none",
            description = "where standard sessions wait while the node restarts, in a folder of its name"
                    + " (default: keepsake/sessions in $$XDG_STATE_HOME or ~/.local/state)")
    public @Nullable Path directory;

    @Option(
            names = "--session-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how long a session lives without a request, where web.xml does not say (default: 30m)")
    public Duration timeout = Duration.ofMinutes(30);

    @Option(
            names = "--memcached-nodes",
            split = OptionNames.COMMA_OR_SPACE,
            hideParamSyntax = true,
            paramLabel = "NAME:HOST:PORT,...",
            description = "the session stores (default: those found in the cluster)")
    public List<String> memcachedNodes = new ArrayList<>();

    @Option(
            names = "--failover-nodes",
            split = OptionNames.COMMA_OR_SPACE,
            hideParamSyntax = true,
            paramLabel = "NAME,...",
            description = "stores that are no session's home while another is up")
    public List<String> failoverNodes = new ArrayList<>();

    @Option(
            names = "--backup-count",
            paramLabel = "N",
            description = "on how many other nodes --session-manager=backup has a copy of each session (default: 1)")
    public int backupCount = BACKUP.count();

    @Option(
            names = "--replication",
            paramLabel = "sync|async",
            converter = Converters.OfReplication.class,
            description = "with --session-manager=delta, answer when all nodes have what was changed, or before"
                    + " (default: sync)")
    public BackupSettings.Replication replication = BACKUP.replication();

    @Option(
            names = "--persistent-store",
            paramLabel = "file:DIR|jdbc:URL",
            description = "where --session-manager=persistent keeps sessions: a directory that all nodes share, or a"
                    + " database whose driver lies in lib/")
    public @Nullable String persistentStore;

    @Option(names = "--persistent-store-user", paramLabel = "NAME", description = "who the database knows this node as")
    public @Nullable String persistentStoreUser;

    @Option(
            names = "--persistent-store-password-file",
            paramLabel = "FILE",
            description = "its first line is the password of that user")
    public @Nullable Path persistentStorePasswordFile;

    @Option(
            names = "--store-replace-after",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description =
                    "how long a store may be away before its sessions get their second copy elsewhere (default: 30s)")
    public Duration storeReplaceAfter = STORES.replaceAfter();

    @Option(
            names = "--sticky",
            arity = "0..1",
            negatable = true,
            fallbackValue = "true",
            paramLabel = "true|false",
            description = "believe this node's own copy while a session's requests come here; else the stores are"
                    + " asked at each request (default: no)")
    public boolean sticky;

    @Option(
            names = "--locking-mode",
            paramLabel = "MODE",
            converter = Converters.OfLockingMode.class,
            description = "which requests have their session for themselves: none, all, auto (those that may change"
                    + " it) or uriPattern:REGEX, matched as the ignore pattern (default: none)")
    public LockingMode lockingMode = LOCKS.mode();

    @Option(
            names = "--lock-expiration",
            paramLabel = "TIME",
            converter = Converters.OfMilliseconds.class,
            description = "when the lock of a node that died is free (default: 3s)")
    public Duration lockExpiration = LOCKS.expiration();

    @Option(
            names = "--lock-timeout-action",
            paramLabel = "fail|proceed",
            converter = Converters.OfLockTimeoutAction.class,
            description = "a request that did not get the lock is answered 503, or goes on without (default: fail)")
    public LockSettings.TimeoutAction lockTimeoutAction = LOCKS.timeoutAction();

    @Option(
            names = "--operation-timeout",
            paramLabel = "TIME",
            converter = Converters.OfMilliseconds.class,
            description =
                    "how long one operation on one store may take (default: 300ms; without memcached at least 1s)")
    public Duration operationTimeout = STORES.operationTimeout();

    @Option(
            names = "--session-backup-timeout",
            paramLabel = "TIME",
            converter = Converters.OfMilliseconds.class,
            description =
                    "how long a load or a save may take in all before the answer is 503 (default: 5s; with delta and"
                            + " backup 10s, because a node that hangs is given up after --member-timeout)")
    public @Nullable Duration backupTimeout;

    @Option(
            names = "--session-backup-async",
            arity = "0..1",
            negatable = true,
            fallbackValue = "true",
            paramLabel = "true|false",
            description = "answer before the stores have the session: faster, but what was changed is lost when the"
                    + " node dies, and another node may not see it at once (default: no)")
    public boolean backupAsync = BACKUP.async();

    @Option(
            names = "--max-idle-backup",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "save what was changed only when the session was not used for so long: what was changed since"
                    + " is lost when the node dies; needs --sticky, and a balancer that is (default: each change is saved"
                    + " with its request)")
    public @Nullable Duration maxIdleBackup;

    @Option(
            names = "--backup-thread-count",
            paramLabel = "N",
            description = "saves under way at once with --session-backup-async (default: one per processor)")
    public int backupThreads = BACKUP.threads();

    @Option(
            names = "--request-uri-ignore-pattern",
            paramLabel = "REGEX",
            converter = Converters.OfPattern.class,
            description = "requests that neither load nor save a session, as .*\\.(ico|png|gif|jpg|css|js)$$;"
                    + " matched on the whole of METHOD URI?QUERY")
    public @Nullable Pattern requestUriIgnorePattern;

    @Option(
            names = "--session-attribute-filter",
            paramLabel = "REGEX",
            converter = Converters.OfPattern.class,
            description = "names of the attributes that are stored (default: all)")
    public @Nullable Pattern attributeFilter;

    @Option(
            names = "--session-granularity",
            paramLabel = "attribute|session",
            converter = Converters.OfGranularity.class,
            description = "store each attribute by itself, or all as one graph for applications that share objects"
                    + " between attributes (default: attribute)")
    public RecordSettings.Granularity granularity = RECORDS.granularity();

    @Option(
            names = "--storage-key-prefix",
            paramLabel = "WORD[,WORD]",
            converter = Converters.OfStorageKeyPrefix.class,
            description =
                    "what keeps sessions of different applications apart in the stores: static:TEXT, host, context,"
                            + " webappVersion (default: context,webappVersion)")
    public StorageKeyPrefix storageKeyPrefix = RECORDS.keyPrefix();

    @Option(
            names = "--transcoder",
            paramLabel = "NAME",
            description = "how attributes become bytes: java, kryo, xstream, flexjson, javolution"
                    + " (default: ${DEFAULT-VALUE})")
    public String transcoder = RECORDS.transcoder();

    @Option(
            names = "--custom-converter",
            split = OptionNames.COMMA_OR_SPACE,
            hideParamSyntax = true,
            paramLabel = "CLASS,...",
            description = "classes that the transcoder loads besides its own")
    public List<String> customConverters = new ArrayList<>();

    @Option(
            names = "--copy-collections-for-serialization",
            arity = "0..1",
            negatable = true,
            fallbackValue = "true",
            paramLabel = "true|false",
            description = "encode copies of collections, for applications that change them meanwhile (default: yes)")
    public boolean copyCollections = RECORDS.copyCollections();

    @Option(
            names = "--session-secret-file",
            paramLabel = "FILE",
            description =
                    "the keys that sessions are encrypted with before they leave the node (default: in the clear)")
    public @Nullable Path secretFile;

    @Option(
            names = "--memcached-protocol",
            paramLabel = "text|binary",
            converter = Converters.OfMemcachedProtocol.class,
            description =
                    "the protocol of the stores; binary costs less, text is for memcached -B ascii (default: binary)")
    public StoreSettings.Protocol memcachedProtocol = STORES.protocol();

    @Option(
            names = "--memcached-username",
            paramLabel = "NAME",
            description = "for stores that ask for SASL, in the binary protocol")
    public @Nullable String memcachedUsername;

    @Option(names = "--memcached-password-file", paramLabel = "FILE", description = "its first line is the password")
    public @Nullable Path memcachedPasswordFile;

    @Option(
            names = "--memcached-password",
            paramLabel = "TEXT",
            description = "the password itself, which others on this host can see; better a file")
    public @Nullable String memcachedPassword;

    @Option(
            names = "--require-distributable",
            arity = "0..1",
            negatable = true,
            fallbackValue = "true",
            paramLabel = "true|false",
            description = "keep sessions of applications without <distributable/> on this node, as Tomcat does"
                    + " (default: no)")
    public boolean requireDistributable;

    @Option(
            names = "--max-active-sessions",
            paramLabel = "N",
            description = "refuse new sessions of an application while this node has so many of it, -1 for no limit"
                    + " (default: -1)")
    public int maxActiveSessions = HEAP.maxActive();

    @Option(
            names = "--max-heap-sessions",
            paramLabel = "N",
            description = "of more sessions of an application, this node keeps those used last in its heap; all are in"
                    + " the stores (default: 50000)")
    public int maxHeapSessions = HEAP.maxKept();

    @Option(
            names = "--min-idle-swap",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "let go only of those that were not used for so long, even if there are more than"
                    + " --max-heap-sessions (default: of any)")
    public @Nullable Duration minIdleSwap;

    @Option(
            names = "--max-idle-swap",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "let go of sessions that were not used for so long, however few there are; they live on in"
                    + " the stores and come back when they are asked for (default: of none)")
    public @Nullable Duration maxIdleSwap;

    @Option(
            names = "--expire-sessions-on-shutdown",
            arity = "0..1",
            negatable = true,
            fallbackValue = "true",
            paramLabel = "true|false",
            description =
                    "at a clean stop end the sessions that this node was the last to serve, for all nodes and with"
                            + " their listeners told (default: no, they live on)")
    public boolean expireOnShutdown = REPLICATION.expireOnShutdown();

    @Option(
            names = "--replication-filter",
            paramLabel = "REGEX",
            converter = Converters.OfPattern.class,
            description = "requests whose changes stay on this node until the session's next request here that does not"
                    + " match, and which are not noted as its use; matched as the ignore pattern")
    public @Nullable Pattern replicationFilter;

    @Option(
            names = "--notify-listeners-on-replication",
            arity = "0..1",
            negatable = true,
            fallbackValue = "true",
            paramLabel = "true|false",
            description =
                    "with --session-manager=delta, tell the HttpSessionAttributeListeners here which attributes other"
                            + " nodes have changed (default: no)")
    public boolean notifyListeners = REPLICATION.notifyListeners();

    @Option(
            names = "--enable-statistics",
            arity = "0..1",
            negatable = true,
            fallbackValue = "true",
            paramLabel = "true|false",
            description = "count what happens to sessions, for /metrics and /api/sessions/statistics (default: yes)")
    public boolean statistics = true;
}
