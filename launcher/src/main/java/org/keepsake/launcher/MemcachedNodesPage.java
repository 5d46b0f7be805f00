package org.keepsake.launcher;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.keepsake.launcher.admin.AdminAnswer;
import org.keepsake.launcher.admin.AdminPage;
import org.keepsake.launcher.admin.Json;
import org.keepsake.node.memcached.MemcachedNode;
import org.keepsake.node.memcached.MemcachedNodes;

/**
 * {@code /api/memcached-nodes}: the stores of this process's node, which {@code PUT} replaces by {@code
 * m1:host:port,m2:host:port} with {@code ;failover=m2} behind it if there are failover stores.
 */
final class MemcachedNodesPage implements AdminPage {

    private static final System.Logger LOG = System.getLogger(MemcachedNodesPage.class.getName());
    private static final String FAILOVER = "failover=";
    private static final int MOST = 256;

    private final NodeStores stores;
    private final Supplier<String> view;
    private final Consumer<MemcachedNodes> changed;

    /**
     * Makes the page.
     *
     * @param view what the nodes have agreed on about the stores
     * @param changed is told the new list
     */
    MemcachedNodesPage(NodeStores stores, Supplier<String> view, Consumer<MemcachedNodes> changed) {
        this.stores = stores;
        this.view = view;
        this.changed = changed;
    }

    @Override
    public AdminAnswer get() {
        MemcachedNodes current = stores.current();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("version", current.version());
        document.put("named", stores.areNamed());
        document.put(
                "nodes",
                current.nodes().stream().map(MemcachedNodesPage::describe).toList());
        document.put("view", view.get());
        return AdminAnswer.json(Json.of(document));
    }

    private static Map<String, Object> describe(MemcachedNode node) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", node.name());
        described.put("host", node.host());
        described.put("port", node.port());
        described.put("failover", node.failover());
        return described;
    }

    @Override
    public AdminAnswer put(String body) {
        String[] parts = body.strip().split(";", -1);
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
        MemcachedNodes named = stores.name(StoreList.parse(entries, failover).nodes());
        changed.accept(named);
        LOG.log(System.Logger.Level.INFO, "memcached nodes: {0} by the admin port", named.nodes());
        return get();
    }

    private static List<String> words(String list) {
        return Arrays.stream(list.split("[,\\s]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
