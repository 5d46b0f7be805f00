package org.keepsake.launcher.options;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code --role=node}; the words are Tomcat's and memcached-session-manager's. The initial values are the defaults. */
public final class NodeOptions {

    /** Who keeps the sessions. */
    public enum SessionManagerOption {
        memcached
    }

    @Option(names = "--node-port", paramLabel = "PORT", description = "the port (default: ${DEFAULT-VALUE})")
    public int port = 8081;

    @Option(
            names = "--node-name",
            paramLabel = "NAME",
            description = "the name, as --name; also the route at the end of session cookies (Tomcat's jvmRoute)")
    public @Nullable String name;

    @Option(
            names = "--war",
            split = OptionNames.BETWEEN_REPEATED,
            hideParamSyntax = true,
            paramLabel = "FILE[:/CONTEXT]",
            description = "an application; may be given several times (default: the test page at /test)")
    public List<String> wars = new ArrayList<>();

    @Option(
            names = "--webapps",
            paramLabel = "DIR",
            description = "a folder of applications, named as in Tomcat's webapps")
    public @Nullable Path webapps;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "where applications are unpacked and JSPs compiled (default: a temporary folder)")
    public @Nullable Path work;

    @Option(
            names = "--session-manager",
            paramLabel = "NAME",
            description = "who keeps the sessions: memcached (default: ${DEFAULT-VALUE})")
    public SessionManagerOption sessionManager = SessionManagerOption.memcached;

    @Option(
            names = "--memcached-nodes",
            split = ",",
            paramLabel = "NAME:HOST:PORT",
            description = "the session stores (default: those found in the cluster)")
    public List<String> memcachedNodes = new ArrayList<>();

    @Option(
            names = "--failover-nodes",
            split = ",",
            paramLabel = "NAME",
            description = "stores that are no session's home while another is up")
    public List<String> failoverNodes = new ArrayList<>();

    @Option(
            names = "--operation-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how long one operation on one store may take (default: 300ms)")
    public Duration operationTimeout = Duration.ofMillis(300);

    @Option(
            names = "--session-backup-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how long a load or a save may take in all before the answer is 503 (default: 5s)")
    public Duration backupTimeout = Duration.ofSeconds(5);

    @Option(
            names = "--session-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how long a session lives without a request, where web.xml does not say (default: 30m)")
    public Duration sessionTimeout = Duration.ofMinutes(30);

    @Option(
            names = "--request-uri-ignore-pattern",
            paramLabel = "REGEX",
            converter = Converters.OfPattern.class,
            description = "requests that neither load nor save a session, as .*\\.(ico|png|gif|jpg|css|js)$$")
    public @Nullable Pattern requestUriIgnorePattern;
}
