package org.keepsake.launcher.options;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code --role=balancer}; the words are nginx's. The initial values are the defaults. */
public final class BalancerOptions {

    /** Where a client's session is sent. */
    public enum StickinessOption {
        none,
        route
    }

    /** How the next node is chosen. */
    public enum Algorithm {
        round_robin;

        @Override
        public String toString() {
            return name().replace('_', '-');
        }
    }

    @Option(names = "--balancer-port", paramLabel = "PORT", description = "the port (default: ${DEFAULT-VALUE})")
    public int port = 8080;

    @Option(names = "--balancer-name", paramLabel = "NAME", description = "the name, as --name")
    public @Nullable String name;

    @Option(
            names = "--algorithm",
            paramLabel = "HOW",
            converter = OfAlgorithm.class,
            description = "round-robin, smooth and by weight (default: ${DEFAULT-VALUE})")
    public Algorithm algorithm = Algorithm.round_robin;

    @Option(
            names = "--stickiness",
            paramLabel = "HOW",
            description = "none, or route: a session goes to the node after the dot of JSESSIONID"
                    + " (default: ${DEFAULT-VALUE})")
    public StickinessOption stickiness = StickinessOption.none;

    @Option(
            names = "--upstream",
            split = OptionNames.BETWEEN_REPEATED,
            hideParamSyntax = true,
            paramLabel = "HOST:PORT[,weight=N][,route=A][,backup]",
            description = "a server beside the nodes that are found; may be given several times")
    public List<String> upstreams = new ArrayList<>();

    @Option(
            names = "--max-fails",
            paramLabel = "N",
            description = "failures within --fail-timeout that take a node out (default: ${DEFAULT-VALUE})")
    public int maxFails = 1;

    @Option(
            names = "--fail-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "for how long it is then out (default: 10s)")
    public Duration failTimeout = Duration.ofSeconds(10);

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how long a connection to a node may take (default: 2s)")
    public Duration connectTimeout = Duration.ofSeconds(2);

    @Option(
            names = "--read-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how long a node may be silent (default: 60s)")
    public Duration readTimeout = Duration.ofSeconds(60);

    @Option(
            names = "--tries",
            paramLabel = "N",
            description = "nodes that are tried for one request at the most (default: ${DEFAULT-VALUE})")
    public int tries = 3;

    @Option(
            names = "--trusted-proxies",
            split = ",",
            paramLabel = "ADDRESS[/BITS]",
            description = "peers whose X-Forwarded-... headers are believed")
    public List<String> trustedProxies = new ArrayList<>();

    @Option(names = "--debug-headers", description = "tell in X-Keepsake-Upstream which node answered")
    public boolean debugHeaders;

    static final class OfAlgorithm implements picocli.CommandLine.ITypeConverter<Algorithm> {
        @Override
        public Algorithm convert(String text) {
            if (!text.equals(Algorithm.round_robin.toString())) {
                throw new picocli.CommandLine.TypeConversionException(
                        "\"" + text + "\" is no algorithm of this version; it has round-robin");
            }
            return Algorithm.round_robin;
        }
    }
}
