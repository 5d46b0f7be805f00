package org.keepsake.store;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a {@link Store} is told when it starts. Immutable; checked here, so that whoever holds one can rely on it.
 *
 * @param name the store's name as it stands in logs and in session ids, {@code [A-Za-z0-9_]+}
 * @param listen the address to bind; port 0 takes a free one
 * @param memory bytes for all items together, keys and overhead included (memcached's {@code -m}, here in bytes)
 * @param maxConnections simultaneous clients (memcached's {@code -c}), at least 1
 * @param maxItemSize bytes an item may take at most (memcached's {@code -I}), 1 kB to 1 GB and at most half of the memory
 * @param threads event loops that serve clients (memcached's {@code -t}), 1 to 1024
 * @param verbose whether each client's coming, going and mistakes are logged, as with memcached's {@code -v}
 * @param credentials who may use the store, as with memcached's {@code -Y}; everybody when empty
 */
public record StoreConfig(
        String name,
        InetSocketAddress listen,
        long memory,
        int maxConnections,
        int maxItemSize,
        int threads,
        boolean verbose,
        Optional<Credentials> credentials) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]+");
    private static final int MIN_ITEM_SIZE = 1 << 10;
    private static final int MAX_ITEM_SIZE = 1 << 30;
    private static final int MAX_THREADS = 1024;

    /** @throws IllegalArgumentException a value is out of its range; the message is one sentence for the user */
    public StoreConfig {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("store name '" + name + "' is not made of letters, digits and _ alone");
        }
        if (listen.isUnresolved()) {
            throw new IllegalArgumentException("store " + name + ": host " + listen.getHostString() + " is unknown");
        }
        if (maxItemSize < MIN_ITEM_SIZE || maxItemSize > MAX_ITEM_SIZE) {
            throw new IllegalArgumentException("store " + name + ": the largest item of " + Bytes.format(maxItemSize)
                    + " is not between " + Bytes.format(MIN_ITEM_SIZE) + " and " + Bytes.format(MAX_ITEM_SIZE));
        }
        if (memory / 2 < maxItemSize) {
            throw new IllegalArgumentException("store " + name + ": memory of " + Bytes.format(memory)
                    + " is less than twice the largest item of " + Bytes.format(maxItemSize));
        }
        if (maxConnections < 1) {
            throw new IllegalArgumentException(
                    "store " + name + ": " + maxConnections + " connections are not at least 1");
        }
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException(
                    "store " + name + ": " + threads + " threads are not between 1 and " + MAX_THREADS);
        }
    }

    /** The same on another address. */
    StoreConfig listeningOn(InetSocketAddress address) {
        return new StoreConfig(name, address, memory, maxConnections, maxItemSize, threads, verbose, credentials);
    }
}
