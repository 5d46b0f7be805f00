package org.keepsake.store;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Configurations that tests start from. */
final class TestConfigs {

    static final int MEGABYTE = 1 << 20;

    private TestConfigs() {}

    static StoreConfig memory(long bytes) {
        return config(bytes, 1024, MEGABYTE);
    }

    static StoreConfig asking(Credentials credentials) {
        StoreConfig open = memory(64L * MEGABYTE);
        return new StoreConfig(
                open.name(),
                open.listen(),
                open.memory(),
                open.maxConnections(),
                open.maxItemSize(),
                open.threads(),
                false,
                Optional.of(credentials));
    }

    static StoreConfig config(long memory, int maxConnections, int maxItemSize) {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new StoreConfig("m1", anyPort, memory, maxConnections, maxItemSize, 2, false, Optional.empty());
    }
}
