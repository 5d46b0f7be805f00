package org.keepsake.node.store;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A place that keeps values under keys for some time, in the words of memcached's protocol.txt: a memcached server, a
 * database, a directory, the nodes' own memory. Thread-safe.
 *
 * <p>Futures never complete exceptionally and always complete within the operation timeout. Dependent stages that are
 * not asynchronous may run on a thread of the store: they must be short and must not block (they may ask again). What
 * they throw stays in their own stage.
 *
 * <p>Keys follow protocol.txt, "Keys": 1 to 250 bytes without spaces and control characters. Another key is a mistake
 * of the caller and answered with a refusal. Expiry is memcached's exptime: seconds from now up to 30 days, above that
 * seconds since 1970, 0 for never, negative for at once.
 */
public interface Store {

    /** In bytes, see protocol.txt, "Keys". */
    int LONGEST_KEY = 250;

    /** Whether a store that has keys as plain text takes this one: 1 to 250 characters of ASCII that can be seen. */
    static boolean isPlainKey(String key) {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c <= ' ' || c >= 0x7F) {
                return false;
            }
        }
        return !key.isEmpty() && key.length() <= LONGEST_KEY;
    }

    /** What people call it, {@code [A-Za-z0-9_]+}; stands in the ids of the sessions that have their home here. */
    String name();

    /** Whether it may be asked; if not, operations end at once with {@link Outcome#NOT_SENT}. */
    boolean up();

    /** Grows by one whenever what was seen before may mean nothing any more; 0 before the first contact. */
    long epoch();

    /** Which life of the store speaks in the newest epoch: another text is another one, which may have lost everything. */
    String incarnation();

    /** The largest value in bytes that it takes. */
    long maxItemSize();

    /** Whether this node changes a key at less cost than most others would: where a key can be chosen, choose such a one. */
    default boolean isNear(String key) {
        return true;
    }

    /** Reads a value with its CAS id. */
    CompletableFuture<Reply> gets(String key);

    /**
     * Reads several values at once.
     *
     * @param keys 1 to 100
     * @return the answers in the order of the keys, all of the same epoch
     */
    default CompletableFuture<List<Reply>> gets(List<String> keys) {
        List<CompletableFuture<Reply>> asked = keys.stream().map(this::gets).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(unused -> asked.stream().map(CompletableFuture::join).toList());
    }

    /** Stores a value only if the key is not there: OK or NOT_STORED. */
    CompletableFuture<Stored> add(String key, byte[] value, int expiry);

    /**
     * Replaces the value only if it is still the one seen: OK, EXISTS or ABSENT. What was seen in an older epoch is
     * answered with EXISTS without being sent.
     */
    CompletableFuture<Stored> cas(String key, Reply.Found seen, byte[] value, int expiry);

    /** Stores a value whatever was there: for last-access marks only, never for session records. */
    CompletableFuture<Stored> set(String key, byte[] value, int expiry);

    /** Gives the key a new expiry and keeps its CAS id: OK or ABSENT. */
    CompletableFuture<Outcome> touch(String key, int expiry);

    /**
     * Every key that begins with one of the prefixes. It may take long: unlike an operation it is not bounded by the
     * operation timeout; memory is bounded by the keys that match.
     */
    CompletableFuture<Listing> list(List<String> prefixes);
}
