package org.keepsake.launcher.cluster;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How this process takes part in the cluster.
 *
 * @param name members find each other only when it is the same
 * @param discovery how to find them
 * @param multicast group and port of the datagrams
 * @param multicastTtl 0 keeps the datagrams on this host, 1 in its network segment; up to 255
 * @param members addresses to ask with {@link Discovery#STATIC}, and when multicast cannot be used; {@code host} or
 *     {@code host:port}
 * @param host the address the member port binds; empty lets Hazelcast choose one that others can reach
 * @param port the member port; the next free one of a hundred is taken
 * @param heartbeat how often a member shows that it is alive, whole seconds
 * @param memberTimeout after how long a silence a member is out, whole seconds, more than the heartbeat
 * @param lite whether this process holds no data of the cluster
 * @param alike what its node is to have in common with the others
 */
public record ClusterSettings(
        String name,
        Discovery discovery,
        InetSocketAddress multicast,
        int multicastTtl,
        List<String> members,
        Optional<String> host,
        int port,
        Duration heartbeat,
        Duration memberTimeout,
        boolean lite,
        Alike alike) {

    public ClusterSettings {
        members = List.copyOf(members);
        if (name.isBlank()) {
            throw new IllegalArgumentException("--cluster: the name is empty");
        }
        InetAddress group = multicast.getAddress();
        if (group == null || !group.isMulticastAddress()) {
            throw new IllegalArgumentException(
                    "--multicast: %s is no multicast group; these are 224.0.0.0 to 239.255.255.255"
                            .formatted(multicast.getHostString()));
        }
        if (multicastTtl < 0 || multicastTtl > 255) {
            throw new IllegalArgumentException("--multicast-ttl: %d is not between 0 and 255".formatted(multicastTtl));
        }
        if (discovery == Discovery.STATIC && members.isEmpty()) {
            throw new IllegalArgumentException("--discovery=static needs --members=host[:port],...");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("--cluster-port: %d is not between 1 and 65535".formatted(port));
        }
        if (wholeSeconds("--heartbeat", heartbeat) >= wholeSeconds("--member-timeout", memberTimeout)) {
            throw new IllegalArgumentException("--member-timeout: %d s is not more than the heartbeat of %d s"
                    .formatted(memberTimeout.toSeconds(), heartbeat.toSeconds()));
        }
    }

    private static long wholeSeconds(String option, Duration value) {
        if (value.toSeconds() < 1 || value.toMillis() % 1000 != 0) {
            throw new IllegalArgumentException(
                    "%s: %d ms is not a whole number of seconds, one or more".formatted(option, value.toMillis()));
        }
        return value.toSeconds();
    }
}
