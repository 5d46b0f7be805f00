package org.keepsake.launcher.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Turns {@link ClusterSettings} into what Hazelcast understands, with every door closed that Keepsake does not use. */
final class HazelcastConfiguration {

    /** Hazelcast looks for a cluster to merge with after 300 s by default; a member that was cut off cannot wait. */
    private static final String MERGE_SECONDS = "3";

    /** Of a host given without a port. Three by default, too few where other clusters' members took the first ones. */
    private static final String PORTS_ASKED = "20";

    /** What exceptions of the JDK are made of. */
    private static final List<String> EXCEPTIONS = Stream.of(
                    Throwable.class,
                    Exception.class,
                    RuntimeException.class,
                    Error.class,
                    IllegalStateException.class,
                    IllegalArgumentException.class,
                    NullPointerException.class,
                    UnsupportedOperationException.class,
                    IndexOutOfBoundsException.class,
                    ArrayIndexOutOfBoundsException.class,
                    ClassCastException.class,
                    SecurityException.class,
                    InterruptedException.class,
                    ReflectiveOperationException.class,
                    ClassNotFoundException.class,
                    IOException.class,
                    EOFException.class,
                    TimeoutException.class,
                    CancellationException.class,
                    ExecutionException.class,
                    CompletionException.class,
                    RejectedExecutionException.class,
                    StackTraceElement.class,
                    StackTraceElement[].class,
                    ArrayList.class,
                    List.of().getClass(),
                    Collections.emptyList().getClass(),
                    String.class)
            .map(Class::getName)
            .toList();

    private HazelcastConfiguration() {}

    static Config multicast(ClusterSettings settings) {
        Config config = common(settings);
        config.getNetworkConfig()
                .getJoin()
                .getMulticastConfig()
                .setEnabled(true)
                .setMulticastGroup(settings.multicast().getAddress().getHostAddress())
                .setMulticastPort(settings.multicast().getPort())
                .setMulticastTimeToLive(settings.multicastTtl())
                .setMulticastTimeoutSeconds(1);
        return config;
    }

    static Config byAddress(ClusterSettings settings, List<String> members) {
        Config config = common(settings);
        config.setProperty("hazelcast.tcp.join.port.try.count", PORTS_ASKED);
        config.getNetworkConfig()
                .getJoin()
                .getTcpIpConfig()
                .setEnabled(true)
                .setConnectionTimeoutSeconds(1)
                .setMembers(List.copyOf(members));
        return config;
    }

    private static Config common(ClusterSettings settings) {
        Config config = new Config();
        config.setClusterName(settings.name());
        config.setLiteMember(settings.lite());
        undisturbed();
        timing(config, settings);
        quiet(config);
        small(config);
        closed(config);
        network(config, settings);
        return config;
    }

    /**
     * What a member sends to another must not depend on a third one. A connection to one that hangs, whose system accepts
     * it all the same, keeps the writing thread busy for as long as that lasts: it looks at its tasks alone and never at
     * its selector. By default a connection that has something to write waits for that selector; so no heartbeat went
     * out any more, and a cluster whose oldest member hung fell into single members. Hazelcast reads this from the
     * system's properties only.
     */
    private static void undisturbed() {
        System.setProperty("hazelcast.io.selectionKeyWakeupEnabled", "false");
    }

    private static void timing(Config config, ClusterSettings settings) {
        config.setProperty("hazelcast.heartbeat.interval.seconds", seconds(settings.heartbeat()))
                .setProperty("hazelcast.max.no.heartbeat.seconds", seconds(settings.memberTimeout()))
                .setProperty("hazelcast.merge.first.run.delay.seconds", MERGE_SECONDS)
                .setProperty("hazelcast.merge.next.run.delay.seconds", MERGE_SECONDS)
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.max.wait.seconds.before.join", "2")
                .setProperty("hazelcast.connection.monitor.max.faults", "0")
                .setProperty("hazelcast.graceful.shutdown.max.wait", "2");
    }

    private static String seconds(Duration duration) {
        return Long.toString(duration.toSeconds());
    }

    private static void quiet(Config config) {
        config.setProperty("hazelcast.logging.type", "jdk")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.health.monitoring.level", "OFF")
                .setProperty("hazelcast.diagnostics.enabled", "false")
                .setProperty("hazelcast.shutdownhook.enabled", "false");
        config.getMetricsConfig().setEnabled(false);
    }

    /**
     * As few threads as do. Who reads an answer takes it himself, and who has something to write writes it: a message is so
     * small that another thread, woken for it, costs more.
     */
    private static void small(Config config) {
        config.setProperty("hazelcast.io.thread.count", "1")
                .setProperty("hazelcast.io.balancer.interval.seconds", "0")
                .setProperty("hazelcast.event.thread.count", "1")
                .setProperty("hazelcast.event.queue.capacity", "10000")
                .setProperty("hazelcast.operation.thread.count", "2")
                .setProperty("hazelcast.operation.generic.thread.count", "2")
                .setProperty("hazelcast.operation.response.thread.count", "0")
                .setProperty("hazelcast.concurrent.window.ms", "0")
                .setProperty("hazelcast.clientengine.thread.count", "1")
                .setProperty("hazelcast.clientengine.query.thread.count", "1")
                .setProperty("hazelcast.clientengine.blocking.thread.count", "1");
    }

    /**
     * Announcements are strings, which Hazelcast encodes itself. What arrives as a serialized Java object is an exception
     * that another member answers with, and, when two halves of a cluster merge, a state, an enum of Hazelcast's own;
     * nothing else may.
     */
    private static void closed(Config config) {
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
        filter.setDefaultsDisabled(true);
        filter.getWhitelist()
                .addPrefixes("com.hazelcast.")
                .addClasses(EXCEPTIONS.toArray(String[]::new))
                .addClasses(Enum.class.getName());
        config.getSerializationConfig().setJavaSerializationFilterConfig(filter);
        config.getJetConfig().setEnabled(false);
    }

    private static void network(Config config, ClusterSettings settings) {
        config.setProperty("hazelcast.socket.bind.any", "false");
        NetworkConfig network = config.getNetworkConfig();
        network.setPort(settings.port()).setPortAutoIncrement(true).setPortCount(100);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        settings.host()
                .ifPresent(host -> network.getInterfaces().setEnabled(true).addInterface(host));
    }
}
