package org.keepsake.node.memcached;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.keepsake.node.store.Listing;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Store;
import org.keepsake.node.store.Stored;

/**
 * One memcached server as this node reaches it, over all the connections that come and go. Thread-safe.
 *
 * <p>Answers complete on the I/O thread of the store; what has none completes on the timer thread that all stores share,
 * on the keeper thread of the store, or at once on the caller's.
 */
public interface MemcachedConnection extends Store {

    /** The server this connection leads to. */
    MemcachedNode node();

    @Override
    default String name() {
        return node().name();
    }

    /**
     * False before the first connection is established and from the moment it is declared down (connection lost or
     * refused, or several timeouts in a row) until a new epoch is established.
     */
    @Override
    boolean up();

    /** Grows by one with each newly established connection; 0 before the first. */
    @Override
    long epoch();

    /** {@code item_size_max} of the newest epoch. */
    @Override
    long maxItemSize();

    /**
     * Who answers in the newest epoch, as {@code <i>:<pid>:<start>}: the value of the key {@code i}, which the first node
     * that meets an empty store makes up, the server's process number and the second of its start. The same text means
     * the same process with the same memory. Empty before the first epoch.
     */
    @Override
    String incarnation();

    /**
     * In one round trip.
     *
     * @param keys one that the protocol cannot carry has all of them refused
     */
    @Override
    CompletableFuture<List<Reply>> gets(List<String> keys);

    /** What was seen in an older epoch is answered with EXISTS, because a restarted store counts its CAS ids from 1 again. */
    @Override
    CompletableFuture<Stored> cas(String key, Reply.Found seen, byte[] value, int expiry);

    /** Removes a key: OK or ABSENT. Never for session records, which end with a tombstone. */
    CompletableFuture<Outcome> delete(String key);

    /**
     * Ends the present epoch as if the connection had been lost, so that the incarnation is learnt anew: for a caller who
     * found that the store no longer has what it should. The store is down until the next epoch, which is tried after one
     * probe interval.
     */
    void renew();

    /**
     * By {@code lru_crawler metadump hash} (protocol.txt, "LRU_Crawler") on a connection and a thread of its own, given up
     * only when the store is silent for some seconds.
     */
    @Override
    CompletableFuture<Listing> list(List<String> prefixes);

    /** Whether the store lists its keys, as far as is known: the answer may become no, when it was asked to. */
    default boolean listed() {
        return true;
    }
}
