package org.keepsake.launcher;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.keepsake.node.memcached.MemcachedNode;
import org.keepsake.node.memcached.MemcachedNodes;

/** Reads a list of stores in the forms that users of memcached-session-manager know. */
final class StoreList {

    private static final Pattern WITHOUT_NAME = Pattern.compile("[^:\\[\\]]+:[0-9]+");

    private static final String FAILOVER = "failover=";

    /** As many as a view of the stores may name. */
    private static final int MOST = 64;

    private static final int LONGEST = 16 * 1024;

    private StoreList() {}

    /**
     * Reads {@code m1:host:port,m2:host:port}, with {@code ;failover=m2} behind it if there are failover stores.
     *
     * @throws IllegalArgumentException with one sentence that says what is wrong
     */
    static List<MemcachedNode> parse(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "memcached nodes: a list of %d characters; the most is %d".formatted(text.length(), LONGEST));
        }
        String[] parts = text.strip().split(";", -1);
        List<String> failover = new ArrayList<>();
        for (String part : Arrays.asList(parts).subList(1, parts.length)) {
            if (!part.strip().startsWith(FAILOVER)) {
                throw new IllegalArgumentException(
                        "memcached nodes \"%s\": write m1:host:port,m2:host:port;failover=m2".formatted(part));
            }
            failover.addAll(words(part.strip().substring(FAILOVER.length())));
        }
        List<String> entries = words(parts[0]);
        if (entries.isEmpty() || entries.size() > MOST) {
            throw new IllegalArgumentException(
                    "memcached nodes: %d are listed, 1 to %d can be".formatted(entries.size(), MOST));
        }
        return parse(entries, failover).nodes();
    }

    private static List<String> words(String list) {
        return Arrays.stream(list.split("[,\\s]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** The list in the form that {@link #parse(String)} reads. */
    static String text(List<MemcachedNode> nodes) {
        String failover = nodes.stream()
                .filter(MemcachedNode::failover)
                .map(MemcachedNode::name)
                .collect(Collectors.joining(","));
        return nodes.stream().map(MemcachedNode::toString).collect(Collectors.joining(","))
                + (failover.isEmpty() ? "" : ";" + FAILOVER + failover);
    }

    /**
     * Reads {@code m1:host:port} entries; a single {@code host:port} is the store {@code m1}.
     *
     * @param failover the names of the failover stores, each of which must be listed
     * @throws IllegalArgumentException with one sentence that says what is wrong
     */
    static MemcachedNodes parse(List<String> entries, List<String> failover) {
        entries.forEach(StoreList::refuseForeign);
        boolean named =
                entries.size() != 1 || !WITHOUT_NAME.matcher(entries.get(0)).matches();
        MemcachedNodes nodes =
                MemcachedNodes.parse(named ? entries : List.of("m1:" + entries.get(0)), new HashSet<>(failover));
        if (nodes.nodes().stream().allMatch(node -> node.failover())) {
            throw new IllegalArgumentException("failover nodes %s: every store is one, so none is any session's home"
                    .formatted(String.join(",", failover)));
        }
        return nodes;
    }

    private static void refuseForeign(String entry) {
        String small = entry.toLowerCase(Locale.ROOT);
        if (small.startsWith("http:") || small.startsWith("https:")) {
            throw new IllegalArgumentException(("memcached node \"%s\": Couchbase buckets are not supported;"
                            + " write NAME:HOST:PORT for its memcached port")
                    .formatted(entry));
        }
        if (small.startsWith("redis:") || small.startsWith("rediss:")) {
            throw new IllegalArgumentException(
                    "memcached node \"%s\": Redis is not supported; a store speaks memcached's protocol"
                            .formatted(entry));
        }
    }
}
