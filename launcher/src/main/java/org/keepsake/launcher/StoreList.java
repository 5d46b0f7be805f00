package org.keepsake.launcher;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.keepsake.node.memcached.MemcachedNodes;

/** Reads a list of stores in the forms that users of memcached-session-manager know. */
final class StoreList {

    private static final Pattern WITHOUT_NAME = Pattern.compile("[^:\\[\\]]+:[0-9]+");

    private StoreList() {}

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
