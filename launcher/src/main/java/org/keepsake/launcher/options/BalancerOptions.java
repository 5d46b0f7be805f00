package org.keepsake.launcher.options;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.Stickiness;
import org.keepsake.balancer.gate.Rate;
import org.keepsake.balancer.gzip.GzipSettings;
import org.keepsake.balancer.listen.ClientTimeouts;
import org.keepsake.balancer.rotation.Algorithm;
import org.keepsake.balancer.tls.Hsts;
import picocli.CommandLine.Option;

/** Options of {@code --role=balancer}; the words are nginx's. The initial values are the defaults. */
public final class BalancerOptions {

    /** How a line of the access log looks. */
    public enum AccessLogFormat {
        combined,
        json
    }

    @Option(names = "--balancer-port", paramLabel = "PORT", description = "the port (default: ${DEFAULT-VALUE})")
    public int port = 8080;

    @Option(names = "--balancer-name", paramLabel = "NAME", description = "the name, as --name")
    public @Nullable String name;

    @Option(
            names = "--tls-port",
            paramLabel = "PORT",
            description = "the port for https, beside that for http (default: none)")
    public @Nullable Integer tlsPort;

    @Option(
            names = "--tls-certificate",
            split = OptionNames.BETWEEN_REPEATED,
            hideParamSyntax = true,
            paramLabel = "FILE[,key=FILE]",
            description =
                    "PEM files with a certificate and those that vouch for it, and with its private key; read again when"
                            + " they change. May be given several times: the client's name chooses, and the first is for those"
                            + " that none has")
    public List<String> tlsCertificates = new ArrayList<>();

    @Option(
            names = "--tls-redirect",
            paramLabel = "PORT",
            description = "send clients that come by http to https on this port, as 443 (default: answer them)")
    public @Nullable Integer tlsRedirect;

    @Option(
            names = "--hsts",
            paramLabel = "TIME[,includeSubDomains][,preload]",
            converter = Converters.OfHsts.class,
            description = "tell browsers to come by https alone for so long, as 365d (default: do not)")
    public @Nullable Hsts hsts;

    @Option(
            names = "--http2",
            arity = "0..1",
            negatable = true,
            fallbackValue = "true",
            paramLabel = "true|false",
            description = "speak HTTP/2 with those that can, by https (default: yes)")
    public boolean http2 = true;

    @Option(
            names = "--accept-proxy",
            split = ",",
            paramLabel = "ADDRESS[/BITS]",
            description = "peers that tell of their clients by the PROXY protocol, version 1 or 2")
    public List<String> acceptProxy = new ArrayList<>();

    @Option(
            names = "--algorithm",
            paramLabel = "HOW",
            converter = Converters.OfAlgorithm.class,
            description =
                    "round-robin; least-conn, fewest requests under way; ip-hash, uri-hash or cookie-hash:NAME, the"
                            + " same goes to the same node; random-two, the less busy of two; or ewma, the quicker of two; all by"
                            + " weight (default: ${DEFAULT-VALUE})")
    public Algorithm algorithm = Algorithm.ROUND_ROBIN;

    @Option(
            names = "--stickiness",
            paramLabel = "HOW",
            converter = Converters.OfStickiness.class,
            description =
                    "none; route: a session goes to the node after the dot of JSESSIONID; or cookie[:NAME]: a client"
                            + " goes to the node that the balancer's own cookie stands for (default: ${DEFAULT-VALUE})")
    public Stickiness stickiness = Stickiness.NONE;

    @Option(
            names = "--stickiness-secret-file",
            paramLabel = "FILE",
            description =
                    "its first line is the secret that cookie is made with; the same on all balancers (default: one that"
                            + " ends with the process)")
    public @Nullable Path stickinessSecretFile;

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
            names = "--health-uri",
            paramLabel = "PATH",
            description =
                    "ask each node for this, again and again, and leave out who does not answer with a status of 200 to"
                            + " 399 (default: nobody is asked)")
    public @Nullable String healthUri;

    @Option(
            names = "--health-interval",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "from one question to the next (default: 2s)")
    public Duration healthInterval = Duration.ofSeconds(2);

    @Option(
            names = "--health-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how long the answer may take (default: as --health-interval)")
    public @Nullable Duration healthTimeout;

    @Option(
            names = "--health-rise",
            paramLabel = "N",
            description = "good answers in a row that bring a node back (default: ${DEFAULT-VALUE})")
    public int healthRise = 2;

    @Option(
            names = "--health-fall",
            paramLabel = "N",
            description = "bad answers in a row that take a node out (default: ${DEFAULT-VALUE})")
    public int healthFall = 3;

    @Option(
            names = "--slow-start",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how long the share of a node that comes, or comes back, grows to its weight (default: 0s)")
    public Duration slowStart = Duration.ZERO;

    @Option(
            names = "--max-conns",
            paramLabel = "N",
            description =
                    "requests under way at one node at the most, 0 for any number; more wait (default: ${DEFAULT-VALUE})")
    public int maxConns;

    @Option(
            names = "--queue-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how long they wait before the answer is 503 (default: 5s)")
    public Duration queueTimeout = Duration.ofSeconds(5);

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
            description = "how long a node may be silent, or both sides of a WebSocket (default: 60s)")
    public Duration readTimeout = Duration.ofSeconds(60);

    @Option(
            names = "--client-header-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how long the head of a request may take (default: 20s)")
    public Duration clientHeaderTimeout = ClientTimeouts.defaults().header();

    @Option(
            names = "--client-body-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how long a client may pause within the body of a request (default: 60s)")
    public Duration clientBodyTimeout = ClientTimeouts.defaults().body();

    @Option(
            names = "--send-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how long a client may take nothing of a response (default: 60s)")
    public Duration sendTimeout = ClientTimeouts.defaults().send();

    @Option(
            names = "--keepalive-timeout",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "how long a connection may be idle (default: 75s)")
    public Duration keepaliveTimeout = ClientTimeouts.defaults().keepalive();

    @Option(
            names = "--client-max-body-size",
            paramLabel = "SIZE",
            converter = Converters.OfSize.class,
            description = "answer requests with a larger body 413, as with 10m (default: 0, of any size)")
    public long clientMaxBodySize;

    @Option(
            names = "--allow",
            split = ",",
            paramLabel = "ADDRESS[/BITS]",
            description = "answer all others 403 (default: everybody may ask)")
    public List<String> allow = new ArrayList<>();

    @Option(
            names = "--deny",
            split = ",",
            paramLabel = "ADDRESS[/BITS]",
            description = "answer these 403, even if they are allowed")
    public List<String> deny = new ArrayList<>();

    @Option(
            names = "--rate-limit",
            paramLabel = "N/s[,burst=N]",
            converter = Converters.OfRate.class,
            description =
                    "how often one client may ask in a second (s), minute (m) or hour (h), and how often at once, before"
                            + " the answer is 429 (default: without limit)")
    public @Nullable Rate rateLimit;

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

    @Option(
            names = "--monitor-uri",
            paramLabel = "PATH",
            description = "answer this path here, 200 while a node can be asked, and else 503, for who watches the"
                    + " balancer (default: none)")
    public @Nullable String monitorUri;

    @Option(
            names = "--error-page",
            split = OptionNames.BETWEEN_REPEATED,
            hideParamSyntax = true,
            paramLabel = "CODE[,CODE...]=FILE",
            description =
                    "what clients get where the balancer itself has to answer, as 502,503=/etc/keepsake/50x.html; may be"
                            + " given several times")
    public List<String> errorPages = new ArrayList<>();

    @Option(
            names = "--gzip",
            arity = "0..1",
            negatable = true,
            fallbackValue = "true",
            paramLabel = "true|false",
            description = "compress what clients take compressed (default: no)")
    public boolean gzip;

    @Option(
            names = "--gzip-comp-level",
            paramLabel = "1-9",
            description = "from the quickest to the smallest (default: ${DEFAULT-VALUE})")
    public int gzipLevel = GzipSettings.defaults().level();

    @Option(
            names = "--gzip-min-length",
            paramLabel = "SIZE",
            converter = Converters.OfSize.class,
            description = "leave smaller responses as they are (default: 1k)")
    public long gzipMinLength = GzipSettings.defaults().minLength();

    @Option(
            names = "--gzip-types",
            split = OptionNames.COMMA_OR_SPACE,
            paramLabel = "TYPE",
            description = "media types to compress (default: HTML, CSS, scripts, JSON, XML, SVG and plain text)")
    public List<String> gzipTypes = new ArrayList<>();

    @Option(
            names = "--access-log",
            paramLabel = "FILE|stdout",
            description = "a line for each request, appended to the file (default: none)")
    public @Nullable String accessLog;

    @Option(
            names = "--access-log-format",
            paramLabel = "FORMAT",
            description = "combined, nginx's, with upstreams, upstream time, request time and tries behind it; or json"
                    + " (default: ${DEFAULT-VALUE})")
    public AccessLogFormat accessLogFormat = AccessLogFormat.combined;

    @Option(
            names = "--access-log-keep",
            paramLabel = "DAYS",
            description =
                    "past days whose lines are kept, each in a file of its own; 0 for one file, which others may rename"
                            + " at any time (default: ${DEFAULT-VALUE})")
    public int accessLogKeep = 14;

    @Option(names = "--debug-headers", description = "tell in X-Keepsake-Upstream which node answered")
    public boolean debugHeaders;
}
