package org.keepsake.dist;

import java.io.IOException;
import java.util.List;

/** Who keeps the sessions, and whether a node may trust its own copy of them. */
enum Setup {
    OUR_STORES,
    MEMCACHED;

    Server store(Site site, String name) throws IOException {
        return this == MEMCACHED ? site.memcached(name) : site.store(name);
    }

    /** What the nodes must be told; our stores are found. */
    List<String> nodeOptions(Server m1, Server m2) {
        return this == MEMCACHED
                ? List.of("--memcached-nodes=m1:127.0.0.1:" + m1.port() + ",m2:127.0.0.1:" + m2.port())
                : List.of();
    }
}
