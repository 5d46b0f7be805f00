package org.keepsake.launcher;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.keepsake.balancer.BalancerConfig;
import org.keepsake.balancer.HealthSettings;
import org.keepsake.balancer.accesslog.AccessLogSettings;
import org.keepsake.balancer.gate.GateSettings;
import org.keepsake.balancer.gzip.GzipSettings;
import org.keepsake.balancer.listen.ClientTimeouts;
import org.keepsake.balancer.listen.ListenSettings;
import org.keepsake.balancer.rotation.RotationSettings;
import org.keepsake.balancer.rotation.Upstream;
import org.keepsake.balancer.rotation.UpstreamPool;
import org.keepsake.balancer.tls.CertificateFiles;
import org.keepsake.balancer.tls.TlsSettings;
import org.keepsake.launcher.admin.AdminAccess;
import org.keepsake.launcher.cluster.Alike;
import org.keepsake.launcher.cluster.ClusterSettings;
import org.keepsake.launcher.cluster.Role;
import org.keepsake.launcher.cluster.Service;
import org.keepsake.launcher.options.Arguments;
import org.keepsake.launcher.options.BalancerOptions.AccessLogFormat;
import org.keepsake.launcher.options.UsageError;
import org.keepsake.node.NodeConfig;
import org.keepsake.node.WebApplication;
import org.keepsake.node.grid.GridMember;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.store.Credentials;
import org.keepsake.store.StoreConfig;

/**
 * Turns options into the configuration records of the roles. What a record refuses becomes a {@link UsageError}.
 * Everything is worked out in the constructor, so that a mistake in any role is told before any role has started.
 */
final class RoleSettings {

    private final Arguments arguments;
    private final Set<Role> roles;
    private final String host;

    /** Empty unless the role was asked for. */
    final Optional<StoreConfig> store;

    final Optional<BalancerConfig> balancer;
    final Optional<NodeConfig> node;

    /** Where the node unpacks its applications; empty without a node. */
    Optional<WorkDirectory> workDirectory = Optional.empty();

    /** The stores that the user named; empty when they are to be found in the cluster. */
    final Optional<MemcachedNodes> memcachedNodes;

    final UpstreamPool upstreams;
    final ClusterSettings cluster;
    final List<Service> services;
    final InetSocketAddress admin;
    final AdminAccess adminAccess;

    RoleSettings(Arguments arguments) {
        this.arguments = arguments;
        this.roles = arguments.roles();
        this.host = arguments.common.host;
        store = configured(Role.STORE, this::storeConfig);
        balancer = configured(Role.BALANCER, this::balancerConfig);
        node = configured(Role.NODE, this::nodeConfig);
        memcachedNodes = checked(() -> NodeSessions.memcachedNodes(arguments.sessions));
        upstreams = checked(() -> new UpstreamPool(
                0, arguments.balancer.upstreams.stream().map(Upstream::parse).toList()));
        cluster = checked(this::clusterSettings);
        services = checked(() -> roles.stream().map(this::service).toList());
        admin = checked(this::adminAddress);
        adminAccess = new AdminAccess(Optional.ofNullable(arguments.common.adminPasswordFile)
                .map(file -> PasswordFile.read("--admin-password-file", file)));
    }

    /** Whether the process ends when its standard input does. */
    boolean endWithParent() {
        return arguments.common.endWithParent;
    }

    /** What the node holds of sessions for all of them, where nodes keep them in their memory. */
    Optional<GridMember> grid() {
        return node.map(NodeConfig::sessions)
                .filter(sessions -> sessions.manager().isGrid())
                .map(sessions -> new GridMember(sessions.backup().count()));
    }

    /** How long a stop waits for requests under way. */
    Duration drainTimeout() {
        return arguments.common.drainTimeout;
    }

    private <T> Optional<T> configured(Role role, Supplier<T> config) {
        return roles.contains(role) ? Optional.of(checked(config)) : Optional.empty();
    }

    private static <T> T checked(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new UsageError(String.valueOf(e.getMessage()));
        }
    }

    private StoreConfig storeConfig() {
        var options = arguments.store;
        return new StoreConfig(
                name(Role.STORE),
                address("--store-port", storeHost(), arguments.port(Role.STORE)),
                options.memory,
                options.maxConnections,
                options.maxItemSize,
                options.threads,
                options.verbose.length > 0,
                Optional.ofNullable(options.authFile).map(Credentials::read));
    }

    private String storeHost() {
        return Optional.ofNullable(arguments.store.host).orElse(host);
    }

    private BalancerConfig balancerConfig() {
        var options = arguments.balancer;
        ListenSettings listen = listenSettings();
        return BalancerConfig.defaults(listen.http())
                .withListen(listen)
                .withStickiness(options.stickiness)
                .withStickinessSecret(Optional.ofNullable(options.stickinessSecretFile)
                        .map(file -> PasswordFile.read("--stickiness-secret-file", file))
                        .orElse(""))
                .withRotation(new RotationSettings(
                        options.algorithm,
                        options.maxFails,
                        options.failTimeout,
                        options.slowStart,
                        options.maxConns,
                        options.queueTimeout))
                .withHealth(healthSettings())
                .withConnectTimeout(options.connectTimeout)
                .withReadTimeout(options.readTimeout)
                .withGate(new GateSettings(
                        options.allow, options.deny, Optional.ofNullable(options.rateLimit), options.clientMaxBodySize))
                .withMaxTries(options.tries)
                .withTrustedProxies(options.trustedProxies)
                .withDrainTimeout(arguments.common.drainTimeout)
                .withMonitorUri(Optional.ofNullable(options.monitorUri))
                .withErrorPages(errorPages())
                .withGzip(gzipSettings())
                .withAccessLog(accessLogSettings())
                .withDebugHeaders(options.debugHeaders);
    }

    private ListenSettings listenSettings() {
        var options = arguments.balancer;
        return new ListenSettings(
                address("--balancer-port", host, arguments.port(Role.BALANCER)),
                tlsSettings(),
                options.acceptProxy,
                new ClientTimeouts(
                        options.clientHeaderTimeout,
                        options.clientBodyTimeout,
                        options.sendTimeout,
                        options.keepaliveTimeout));
    }

    private Optional<TlsSettings> tlsSettings() {
        var options = arguments.balancer;
        if (options.tlsPort == null) {
            boolean idle = options.tlsCertificates.isEmpty() && options.tlsRedirect == null && options.hsts == null;
            if (!idle) {
                throw new UsageError(
                        "--tls-port: --tls-certificate, --tls-redirect and --hsts are of no use without it");
            }
            return Optional.empty();
        }
        if (options.tlsCertificates.isEmpty()) {
            throw new UsageError("--tls-certificate: --tls-port needs one");
        }
        return Optional.of(new TlsSettings(
                address("--tls-port", host, options.tlsPort),
                options.tlsCertificates.stream().map(CertificateFiles::parse).toList(),
                options.http2,
                options.tlsRedirect == null ? OptionalInt.empty() : OptionalInt.of(options.tlsRedirect),
                Optional.ofNullable(options.hsts)));
    }

    private Optional<HealthSettings> healthSettings() {
        var options = arguments.balancer;
        return Optional.ofNullable(options.healthUri)
                .map(uri -> new HealthSettings(
                        uri,
                        options.healthInterval,
                        options.healthRise,
                        options.healthFall,
                        Optional.ofNullable(options.healthTimeout).orElse(options.healthInterval)));
    }

    private Map<Integer, Path> errorPages() {
        Map<Integer, Path> pages = new HashMap<>();
        for (String text : arguments.balancer.errorPages) {
            int equals = text.indexOf('=');
            if (!text.matches("\\d{3}(,\\d{3})*=.+")) {
                throw new UsageError("--error-page: \"%s\" is not of the form CODE[,CODE...]=FILE".formatted(text));
            }
            for (String code : text.substring(0, equals).split(",", -1)) {
                pages.put(Integer.parseInt(code), Path.of(text.substring(equals + 1)));
            }
        }
        return pages;
    }

    private Optional<GzipSettings> gzipSettings() {
        var options = arguments.balancer;
        return options.gzip
                ? Optional.of(new GzipSettings(
                        options.gzipLevel,
                        options.gzipMinLength,
                        options.gzipTypes.isEmpty() ? GzipSettings.TYPES : Set.copyOf(options.gzipTypes)))
                : Optional.empty();
    }

    private Optional<AccessLogSettings> accessLogSettings() {
        var options = arguments.balancer;
        return Optional.ofNullable(options.accessLog)
                .map(name -> new AccessLogSettings(
                        name.equals("stdout") ? Optional.empty() : Optional.of(Path.of(name)),
                        options.accessLogFormat == AccessLogFormat.json
                                ? AccessLogSettings.Format.JSON
                                : AccessLogSettings.Format.COMBINED,
                        options.accessLogKeep));
    }

    private NodeConfig nodeConfig() {
        var options = arguments.node;
        String name = name(Role.NODE);
        WorkDirectory work = WorkDirectory.of(Optional.ofNullable(options.work), name);
        workDirectory = Optional.of(work);
        return new NodeConfig(
                name,
                address("--node-port", host, arguments.port(Role.NODE)),
                applications(work),
                Optional.ofNullable(options.webapps),
                work.path(),
                NodeSessions.settings(name, arguments.sessions),
                Optional.ofNullable(options.usersFile),
                arguments.common.drainTimeout);
    }

    private List<WebApplication> applications(WorkDirectory work) {
        List<WebApplication> applications = new ArrayList<>(
                arguments.node.wars.stream().map(WebApplication::parse).toList());
        if (applications.isEmpty() && arguments.node.webapps == null) {
            applications.add(new WebApplication(work.testPage(), Optional.of("/test")));
        }
        return applications;
    }

    private ClusterSettings clusterSettings() {
        var options = arguments.common;
        return new ClusterSettings(
                options.cluster,
                options.discovery,
                hostAndPort("--multicast", options.multicast),
                options.multicastTtl,
                options.members,
                ownAddress(Optional.ofNullable(options.clusterHost)),
                options.clusterPort,
                options.heartbeat,
                options.memberTimeout,
                node.isEmpty(),
                node.map(NodeConfig::sessions).map(NodeSessions::alike).orElse(Alike.NONE));
    }

    private Service service(Role role) {
        String bound = role == Role.STORE ? storeHost() : host;
        InetAddress address = address("--host", bound, 1).getAddress();
        return new Service(
                role,
                name(role),
                address.isAnyLocalAddress() ? "" : address.getHostAddress(),
                arguments.port(role),
                role == Role.NODE ? Service.State.STARTING : Service.State.READY);
    }

    private InetSocketAddress adminAddress() {
        Role first = arguments.common.roles.get(0);
        int port = Optional.ofNullable(arguments.common.adminPort).orElse(arguments.port(first) + 1000);
        if (port < 1 || port > 65535) {
            throw new UsageError("--admin-port: %d is not between 1 and 65535".formatted(port));
        }
        return address("--admin-host", arguments.common.adminHost, port);
    }

    private String name(Role role) {
        return Optional.ofNullable(arguments.name(role))
                .orElseGet(() -> role.word() + "_" + hostName() + "_" + arguments.port(role));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost()
                    .getHostName()
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("\\..*", "")
                    .replaceAll("[^a-z0-9_]", "_");
        } catch (UnknownHostException e) {
            return "unnamed";
        }
    }

    private static InetSocketAddress hostAndPort(String option, String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new UsageError("%s: \"%s\" is not of the form ADDRESS:PORT".formatted(option, text));
        }
        return address(option, text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    /** The address that others reach, which must be one of this host: the sooner that is told, the better. */
    private static Optional<String> ownAddress(Optional<String> host) {
        host.ifPresent(text -> {
            InetAddress address = address("--cluster-host", text, 1).getAddress();
            try {
                if (NetworkInterface.getByInetAddress(address) == null) {
                    throw new UsageError("--cluster-host: %s is no address of this host".formatted(text));
                }
            } catch (SocketException e) {
                throw new UsageError(
                        "--cluster-host: the addresses of this host cannot be listed (%s)".formatted(e.getMessage()));
            }
        });
        return host;
    }

    private static InetSocketAddress address(String option, String host, int port) {
        if (port < 1 || port > 65535) {
            throw new UsageError("%s: port %d is not between 1 and 65535".formatted(option, port));
        }
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new UsageError("%s: host \"%s\" has no address".formatted(option, host));
        }
        return address;
    }
}
