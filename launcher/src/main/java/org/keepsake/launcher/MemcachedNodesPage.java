package org.keepsake.launcher;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.keepsake.launcher.admin.AdminAnswer;
import org.keepsake.launcher.admin.AdminPage;
import org.keepsake.launcher.admin.Json;
import org.keepsake.node.memcached.MemcachedNode;
import org.keepsake.node.memcached.MemcachedNodes;

/**
 * {@code /api/memcached-nodes}: the stores of this process's node. {@code PUT} replaces them on every node of the cluster
 * by {@code m1:host:port,m2:host:port} with {@code ;failover=m2} behind it if there are failover stores, and answers which
 * nodes took it; or 503 when not every node can be told, and then no node was.
 */
final class MemcachedNodesPage implements AdminPage {

    private final NodeStores stores;
    private final Supplier<String> view;
    private final SharedStores shared;

    /**
     * Makes the page.
     *
     * @param view what the nodes have agreed on about the stores
     * @param shared tells every node of the cluster
     */
    MemcachedNodesPage(NodeStores stores, Supplier<String> view, SharedStores shared) {
        this.stores = stores;
        this.view = view;
        this.shared = shared;
    }

    @Override
    public AdminAnswer get() {
        return AdminAnswer.json(Json.of(document()));
    }

    private Map<String, Object> document() {
        MemcachedNodes current = stores.current();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("version", current.version());
        document.put("named", stores.areNamed());
        document.put(
                "nodes",
                current.nodes().stream().map(MemcachedNodesPage::describe).toList());
        document.put("view", view.get());
        return document;
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
        List<MemcachedNode> nodes = StoreList.parse(body);
        try {
            SharedStores.Taken taken = shared.name(nodes);
            Map<String, Object> document = document();
            document.put("taken", List.copyOf(taken.by()));
            document.put("missing", List.copyOf(taken.missing()));
            return AdminAnswer.json(Json.of(document));
        } catch (SharedStores.NotReached e) {
            return AdminAnswer.plain(503, String.valueOf(e.getMessage()));
        }
    }
}
