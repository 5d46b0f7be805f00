package org.keepsake.node.memcached;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The stores of the cluster, as one numbered view that is replaced whole. Immutable.
 *
 * @param version grows with each change; a view with a lower one is out of date
 * @param nodes in ring order; names are unique
 */
public record MemcachedNodes(long version, List<MemcachedNode> nodes) {

    /**
     * Copies the list and checks that no name stands in it twice.
     *
     * @throws IllegalArgumentException with one sentence that names the store listed twice
     */
    public MemcachedNodes {
        nodes = List.copyOf(nodes);
        Set<String> names = new HashSet<>();
        for (MemcachedNode node : nodes) {
            if (!names.add(node.name())) {
                throw new IllegalArgumentException(
                        "memcached node %s is listed twice: names must be unique".formatted(node.name()));
            }
        }
    }

    /**
     * Reads {@code m1:host:port,m2:host:port} as version 1, in this order.
     *
     * @param failover the names of the failover stores, each of which must be listed
     * @throws IllegalArgumentException with one sentence that says what is wrong
     */
    public static MemcachedNodes parse(String commaSeparated, Set<String> failover) {
        return parse(Arrays.asList(commaSeparated.split(",", -1)), failover);
    }

    /**
     * Reads entries of the form {@code NAME:HOST:PORT} as version 1, in this order.
     *
     * @param failover the names of the failover stores, each of which must be listed
     * @throws IllegalArgumentException with one sentence that says what is wrong
     */
    public static MemcachedNodes parse(List<String> entries, Set<String> failover) {
        Set<String> unknown = new TreeSet<>(failover);
        List<MemcachedNode> nodes = entries.stream()
                .map(MemcachedNode::parse)
                .map(node -> node.asFailover(failover.contains(node.name())))
                .toList();
        nodes.forEach(node -> unknown.remove(node.name()));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "failover node %s is not one of the memcached nodes".formatted(String.join(", ", unknown)));
        }
        return new MemcachedNodes(1, nodes);
    }
}
