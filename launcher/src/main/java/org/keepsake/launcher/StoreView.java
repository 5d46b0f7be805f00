package org.keepsake.launcher;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.keepsake.launcher.cluster.Membership;
import org.keepsake.launcher.cluster.Role;
import org.keepsake.launcher.cluster.Service;
import org.keepsake.node.memcached.MemcachedNode;
import org.keepsake.node.memcached.MemcachedNodes;

/**
 * What a membership means to a node: every store that this process ever saw, in the order of their names. A store that
 * left stays in the ring: its sessions' second copies are found by its place there, and whether it answers is for the
 * node to find out. With two stores every node comes to the same copies; with more, a node that never saw a store that
 * is gone has a ring without it, and may look for a second copy elsewhere. Used by one thread.
 *
 * <p>There is no ring before every member was heard of: a process that was just started knows its own store first, and
 * an empty store that speaks for all would end every session.
 */
final class StoreView {

    private final SortedMap<String, MemcachedNode> seen = new TreeMap<>();

    /** The ring of stores under this membership, with its version. */
    MemcachedNodes of(Membership membership) {
        for (Service store : membership.of(Role.STORE)) {
            seen.put(store.name(), new MemcachedNode(store.name(), store.host(), store.port(), false));
        }
        return new MemcachedNodes(membership.version(), membership.complete() ? List.copyOf(seen.values()) : List.of());
    }
}
