package org.keepsake.dist;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Who keeps the sessions, and whether a node may trust its own copy of them. */
enum Setup {
    OUR_STORES(false, false),
    OUR_STORES_STICKY(false, true),
    MEMCACHED(true, false),
    MEMCACHED_STICKY(true, true);

    private final boolean memcached;
    private final boolean sticky;

    Setup(boolean memcached, boolean sticky) {
        this.memcached = memcached;
        this.sticky = sticky;
    }

    /** These, or in a long run all there are. */
    static Stream<Setup> orAll(Setup... usual) {
        return Stream.of(Scale.of(usual, values()));
    }

    boolean isMemcached() {
        return memcached;
    }

    boolean sticky() {
        return sticky;
    }

    /** Skips the test on a machine without memcached, where it is asked for. */
    void need() {
        if (memcached) {
            Needs.program("memcached", "the Debian package memcached");
        }
    }

    Server store(Site site, String name) throws IOException {
        return memcached ? site.memcached(name) : site.store(name);
    }

    /** What the nodes must be told; our stores are found. */
    List<String> nodeOptions(Server m1, Server m2) {
        List<String> options = new ArrayList<>();
        if (memcached) {
            options.add("--memcached-nodes=m1:" + at(m1) + ",m2:" + at(m2));
        }
        if (sticky) {
            options.add("--sticky");
        }
        return options;
    }

    private static String at(Server server) {
        return server.address().getHostString() + ":" + server.port();
    }
}
