package org.keepsake.balancer;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.keepsake.balancer.accesslog.AccessLogSettings;
import org.keepsake.balancer.bounds.Bounds;
import org.keepsake.balancer.gate.AddressRange;
import org.keepsake.balancer.gate.GateSettings;
import org.keepsake.balancer.gzip.GzipSettings;
import org.keepsake.balancer.listen.ListenSettings;
import org.keepsake.balancer.rotation.RotationSettings;

/**
 * What a balancer is told when it starts. The words mean what they mean in nginx.
 *
 * @param listen where clients come to, and how long they may take
 * @param stickiness how requests of a session find their upstream
 * @param stickinessSecret what the balancer's own cookie is made with, the same on all balancers; empty for a secret that
 *     ends with the process
 * @param rotation how requests are shared out
 * @param health how upstreams are asked whether they are well; empty to learn it from requests alone
 * @param connectTimeout the longest wait for a connection to an upstream
 * @param readTimeout the longest silence of an upstream, or of both sides of a WebSocket
 * @param gate which requests are refused
 * @param maxTries how many upstreams one request is tried on; 0 for as many as there are
 * @param trustedProxies addresses or CIDR ranges whose forwarding headers are believed
 * @param drainTimeout how long a stop waits for requests under way; zero cuts them off
 * @param monitorUri the path by which others ask whether the balancer is well; empty for none
 * @param errorPages files for the balancer's own answers, by status
 * @param gzip which responses are compressed; empty for none
 * @param accessLog where a line for each request goes; empty for nowhere
 * @param debugHeaders whether responses tell their upstream in {@code X-Keepsake-Upstream}
 */
public record BalancerConfig(
        ListenSettings listen,
        Stickiness stickiness,
        String stickinessSecret,
        RotationSettings rotation,
        Optional<HealthSettings> health,
        Duration connectTimeout,
        Duration readTimeout,
        GateSettings gate,
        int maxTries,
        List<String> trustedProxies,
        Duration drainTimeout,
        Optional<String> monitorUri,
        Map<Integer, Path> errorPages,
        Optional<GzipSettings> gzip,
        Optional<AccessLogSettings> accessLog,
        boolean debugHeaders) {
    public BalancerConfig {
        Objects.requireNonNull(listen, "listen");
        Objects.requireNonNull(stickiness, "stickiness");
        Bounds.notNegative("max-tries", maxTries);
        Bounds.timeout("connect-timeout", connectTimeout);
        Bounds.timeout("read-timeout", readTimeout);
        Bounds.timeOrNone("drain-timeout", drainTimeout);
        trustedProxies = List.copyOf(trustedProxies);
        errorPages = Map.copyOf(errorPages);
        errorPages.keySet().forEach(BalancerConfig::checkErrorStatus);
        monitorUri.ifPresent(uri -> Bounds.path("monitor-uri", uri));
        List<AddressRange> unused = AddressRange.parse("trusted proxy", trustedProxies);
    }

    private static void checkErrorStatus(int status) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("error-page " + status + " is not between 400 and 599");
        }
    }

    /** nginx's defaults, but with sticky routes, a shorter connect time-out and as many tries as there are upstreams. */
    public static BalancerConfig defaults(InetSocketAddress listen) {
        return new BalancerConfig(
                ListenSettings.of(listen),
                Stickiness.ROUTE,
                "",
                RotationSettings.defaults(),
                Optional.empty(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60),
                GateSettings.OPEN,
                0,
                List.of(),
                Duration.ofSeconds(30),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    public BalancerConfig withStickiness(Stickiness value) {
        return with(draft -> draft.stickiness = value);
    }

    public BalancerConfig withStickinessSecret(String value) {
        return with(draft -> draft.stickinessSecret = value);
    }

    public BalancerConfig withRotation(RotationSettings value) {
        return with(draft -> draft.rotation = value);
    }

    public BalancerConfig withHealth(Optional<HealthSettings> value) {
        return with(draft -> draft.health = value);
    }

    public BalancerConfig withConnectTimeout(Duration value) {
        return with(draft -> draft.connectTimeout = value);
    }

    public BalancerConfig withReadTimeout(Duration value) {
        return with(draft -> draft.readTimeout = value);
    }

    public BalancerConfig withListen(ListenSettings value) {
        return with(draft -> draft.listen = value);
    }

    public BalancerConfig withGate(GateSettings value) {
        return with(draft -> draft.gate = value);
    }

    public BalancerConfig withMaxTries(int value) {
        return with(draft -> draft.maxTries = value);
    }

    public BalancerConfig withTrustedProxies(List<String> value) {
        return with(draft -> draft.trustedProxies = value);
    }

    public BalancerConfig withDrainTimeout(Duration value) {
        return with(draft -> draft.drainTimeout = value);
    }

    public BalancerConfig withMonitorUri(Optional<String> value) {
        return with(draft -> draft.monitorUri = value);
    }

    public BalancerConfig withErrorPages(Map<Integer, Path> value) {
        return with(draft -> draft.errorPages = value);
    }

    public BalancerConfig withGzip(Optional<GzipSettings> value) {
        return with(draft -> draft.gzip = value);
    }

    public BalancerConfig withAccessLog(Optional<AccessLogSettings> value) {
        return with(draft -> draft.accessLog = value);
    }

    public BalancerConfig withDebugHeaders(boolean value) {
        return with(draft -> draft.debugHeaders = value);
    }

    private BalancerConfig with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new BalancerConfig(
                draft.listen,
                draft.stickiness,
                draft.stickinessSecret,
                draft.rotation,
                draft.health,
                draft.connectTimeout,
                draft.readTimeout,
                draft.gate,
                draft.maxTries,
                draft.trustedProxies,
                draft.drainTimeout,
                draft.monitorUri,
                draft.errorPages,
                draft.gzip,
                draft.accessLog,
                draft.debugHeaders);
    }

    /** The same values, open to change. */
    private static final class Draft {
        Stickiness stickiness;
        String stickinessSecret;
        RotationSettings rotation;
        Optional<HealthSettings> health;
        Duration connectTimeout;
        Duration readTimeout;
        ListenSettings listen;
        GateSettings gate;
        int maxTries;
        List<String> trustedProxies;
        Duration drainTimeout;
        Optional<String> monitorUri;
        Map<Integer, Path> errorPages;
        Optional<GzipSettings> gzip;
        Optional<AccessLogSettings> accessLog;
        boolean debugHeaders;

        Draft(BalancerConfig config) {
            stickiness = config.stickiness;
            stickinessSecret = config.stickinessSecret;
            rotation = config.rotation;
            health = config.health;
            connectTimeout = config.connectTimeout;
            readTimeout = config.readTimeout;
            listen = config.listen;
            gate = config.gate;
            maxTries = config.maxTries;
            trustedProxies = config.trustedProxies;
            drainTimeout = config.drainTimeout;
            monitorUri = config.monitorUri;
            errorPages = config.errorPages;
            gzip = config.gzip;
            accessLog = config.accessLog;
            debugHeaders = config.debugHeaders;
        }
    }
}
