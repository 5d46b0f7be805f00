package org.keepsake.launcher.options;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keepsake.launcher.cluster.Discovery;
import org.keepsake.launcher.cluster.Role;
import picocli.CommandLine.Option;

/** Options of every role. The initial values are the defaults. */
public final class CommonOptions {

    @Option(
            names = "--role",
            split = ",",
            paramLabel = "ROLE",
            converter = Converters.OfRole.class,
            description = "balancer, node or store, or several with commas between; none starts the demo")
    public List<Role> roles = new ArrayList<>();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "the name of the one role, letters, digits and _; unique in the cluster"
                    + " (default: role, host name and port)")
    public @Nullable String name;

    @Option(
            names = {"--port"},
            paramLabel = "PORT",
            description = "the port of the one role")
    public @Nullable Integer port;

    @Option(
            names = {"--host"},
            paramLabel = "ADDRESS",
            description = "the address that roles bind (default: ${DEFAULT-VALUE})")
    public String host = "0.0.0.0";

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            description = "members find each other only in the same cluster (default: ${DEFAULT-VALUE})")
    public String cluster = "keepsake";

    @Option(
            names = "--discovery",
            paramLabel = "HOW",
            converter = Converters.OfDiscovery.class,
            description = "multicast, or static with --members (default: multicast)")
    public Discovery discovery = Discovery.MULTICAST;

    @Option(
            names = "--multicast",
            paramLabel = "GROUP:PORT",
            description = "the multicast group (default: ${DEFAULT-VALUE})")
    public String multicast = "228.10.0.4:45564";

    @Option(
            names = "--multicast-ttl",
            paramLabel = "N",
            description = "how many networks a datagram crosses; 0 stays on this host (default: ${DEFAULT-VALUE})")
    public int multicastTtl = 1;

    @Option(
            names = "--members",
            split = ",",
            paramLabel = "HOST[:PORT]",
            description = "the other members, for static discovery or when multicast cannot be used")
    public List<String> members = new ArrayList<>();

    @Option(
            names = "--cluster-host",
            paramLabel = "ADDRESS",
            description = "the address of this host that members reach (default: one that is chosen by itself)")
    public @Nullable String clusterHost;

    @Option(
            names = "--cluster-port",
            paramLabel = "PORT",
            description = "the port between members, or the next free one (default: ${DEFAULT-VALUE})")
    public int clusterPort = 5701;

    @Option(
            names = "--heartbeat",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how often a member shows that it is alive (default: 1s)")
    public Duration heartbeat = Duration.ofSeconds(1);

    @Option(
            names = "--member-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "after how long a silence a member is out (default: 3s)")
    public Duration memberTimeout = Duration.ofSeconds(3);

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            description = "where /health, /metrics and /api/... answer (default: the port of the first role + 1000)")
    public @Nullable Integer adminPort;

    @Option(
            names = "--admin-host",
            paramLabel = "ADDRESS",
            description = "the address of the admin port (default: ${DEFAULT-VALUE})")
    public String adminHost = "127.0.0.1";

    @Option(
            names = "--admin-password-file",
            paramLabel = "FILE",
            description = "its first line is the password of the user admin; without it nothing can be changed by the"
                    + " admin port, and read from this host alone")
    public @Nullable Path adminPasswordFile;

    @Option(
            names = "--drain-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how long a stop waits for requests under way (default: 30s)")
    public Duration drainTimeout = Duration.ofSeconds(30);

    @Option(
            names = ConfigurationSources.CONFIG,
            paramLabel = "FILE",
            description =
                    "a properties file with the same names; the command line wins, then KEEPSAKE_... in the environment")
    public @Nullable Path config;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text; with --role, the options of that role")
    public boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "the version")
    public boolean version;

    @Option(names = "--end-with-parent", hidden = true, description = "end when standard input does")
    public boolean endWithParent;
}
