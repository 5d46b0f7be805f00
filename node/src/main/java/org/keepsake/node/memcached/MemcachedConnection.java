package org.keepsake.node.memcached;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One store as this node reaches it, over all the connections that come and go. Thread-safe.
 *
 * <p>Futures never complete exceptionally and always complete within the operation timeout. Answers complete on the I/O
 * thread of the store; what has none completes on the timer thread that all stores share, on the keeper thread of the
 * store, or at once on the caller's. Dependent stages that are not asynchronous run there: they must be short and must
 * not block (they may ask again). What they throw stays in their own stage.
 *
 * <p>Keys follow protocol.txt, "Keys": 1 to 250 bytes without spaces and control characters. Another key is a mistake
 * of the caller and answered with a refusal. Expiry is memcached's exptime: seconds from now up to 30 days, above that
 * seconds since 1970, 0 for never, negative for at once.
 */
public interface MemcachedConnection {

    /** The store this connection leads to. */
    MemcachedNode node();

    /**
     * Whether the store may be asked. False before the first connection is established and from the moment it is
     * declared down (connection lost or refused, or several timeouts in a row) until a new epoch is established;
     * operations then end at once with {@link Outcome#NOT_SENT}.
     */
    boolean up();

    /** Grows by one with each newly established connection; 0 before the first. */
    long epoch();

    /** The largest value in bytes that the store takes, from {@code item_size_max} of the newest epoch. */
    long maxItemSize();

    /**
     * Who answers in the newest epoch, as {@code <i>:<pid>:<start>}: the value of the key {@code i}, which the first node
     * that meets an empty store makes up, the server's process number and the second of its start. The same text means
     * the same process with the same memory. Empty before the first epoch.
     */
    String incarnation();

    /** Reads a value with its CAS id. */
    CompletableFuture<Reply> gets(String key);

    /**
     * Reads several values in one round trip.
     *
     * @param keys 1 to 100; one that the protocol cannot carry has all of them refused
     * @return the answers in the order of the keys, all of the same epoch
     */
    CompletableFuture<List<Reply>> gets(List<String> keys);

    /** Stores a value only if the key is not there: OK or NOT_STORED. */
    CompletableFuture<Stored> add(String key, byte[] value, int expiry);

    /**
     * Replaces the value only if it is still the one seen: OK, EXISTS or ABSENT. What was seen in an older epoch is
     * answered with EXISTS without being sent, because a restarted store counts its CAS ids from 1 again.
     */
    CompletableFuture<Stored> cas(String key, Reply.Found seen, byte[] value, int expiry);

    /** Stores a value whatever was there: for last-access marks only, never for session records. */
    CompletableFuture<Stored> set(String key, byte[] value, int expiry);

    /** Gives the key a new expiry and keeps its CAS id: OK or ABSENT. */
    CompletableFuture<Outcome> touch(String key, int expiry);

    /** Removes a key: OK or ABSENT. Never for session records, which end with a tombstone. */
    CompletableFuture<Outcome> delete(String key);

    /**
     * Ends the present epoch as if the connection had been lost, so that the incarnation is learnt anew: for a caller who
     * found that the store no longer has what it should. The store is down until the next epoch, which is tried after one
     * probe interval.
     */
    void renew();

    /**
     * Every key that begins with one of the prefixes, by {@code lru_crawler metadump hash} (protocol.txt, "LRU_Crawler")
     * on a connection and a thread of its own. It may take long: it is given up only when the store is silent for some
     * seconds. Unlike an operation it is not bounded by the operation timeout; memory is bounded by the keys that match.
     */
    CompletableFuture<Listing> list(List<String> prefixes);

    /** Whether the store lists its keys, as far as is known: the answer may become no, when it was asked to. */
    default boolean listed() {
        return true;
    }
}
