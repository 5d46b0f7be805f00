package org.keepsake.store;

import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The items, within a budget of bytes: what has expired goes first, then what was not used for longest; whatever is
 * stored is admitted. Speaks of no protocol. Thread-safe; one lock per shard, never two at a time.
 *
 * <p>Expiration times are the protocol's seconds, see {@link Expiration}.
 */
final class Cache {

    private static final int SHARDS = 16;

    /** Behind the last position of a {@link #scan}. */
    static final long END = SHARDS * HashTable.END;

    private static final int EXPIRED_AT_A_TIME = 256;

    private final Ticker ticker;
    private final long memory;
    private final int maxItemSize;
    private final Ledger ledger;
    private final Statistics statistics;
    private final EvictionLog evictions;
    private final Shard[] shards = new Shard[SHARDS];

    Cache(StoreConfig config, Ticker ticker, Statistics statistics) {
        this.ticker = ticker;
        this.memory = config.memory();
        this.maxItemSize = config.maxItemSize();
        this.statistics = statistics;
        this.ledger = new Ledger(statistics);
        this.evictions = new EvictionLog(config.name(), memory);
        Arrays.setAll(shards, i -> new Shard(ledger, maxItemSize));
    }

    /** The item, which counts as used by this; null without one. */
    @Nullable
    Item get(Key key) {
        Item item = shard(key).get(key, ticker.millis());
        statistics.count(Counter.CMD_GET);
        statistics.count(item == null ? Counter.GET_MISSES : Counter.GET_HITS);
        return item;
    }

    /**
     * The item with a new expiration time and its old cas id; null without one. It counts as a touch and not as a get,
     * as in memcached.
     */
    @Nullable
    Item touch(Key key, long exptime) {
        long now = ticker.millis();
        Item item = shard(key).touch(key, Expiration.of(exptime, now), now);
        statistics.count(Counter.CMD_TOUCH);
        statistics.count(item == null ? Counter.TOUCH_MISSES : Counter.TOUCH_HITS);
        return item;
    }

    /** @param casUnique the id the client has seen, or 0 for any */
    DeleteResult delete(Key key, long casUnique) {
        DeleteResult result = shard(key).delete(key, casUnique, ticker.millis());
        switch (result) {
            case DELETED -> statistics.count(Counter.DELETE_HITS);
            case NOT_FOUND -> statistics.count(Counter.DELETE_MISSES);
            case EXISTS -> {}
        }
        return result;
    }

    /** Whether data of this length may be stored at all. */
    boolean admits(long length) {
        return length <= maxItemSize;
    }

    /**
     * Carries out a storage command. The data must be {@linkplain #admits admitted}.
     *
     * @param casUnique the id the client has seen; looked at for cas, and unless it is 0 for append and prepend
     */
    Stored store(StorageMode mode, Key key, int flags, long exptime, Value value, long casUnique) {
        long now = ticker.millis();
        Item fresh = new Item(key.bytes(), key.hash(), flags, value, ledger.nextCas(), Expiration.of(exptime, now));
        statistics.count(Counter.CMD_SET);
        StoreResult result = shard(key).store(mode, key, fresh, casUnique, now);
        makeRoom(now);
        return result == StoreResult.STORED ? new Stored(result, fresh.cas) : Stored.failed(result);
    }

    /** The client wanted other data but could not be served: what it wanted to replace must not be served either. */
    void forget(Key key) {
        shard(key).delete(key, 0, ticker.millis());
    }

    /** Adds to or, not below zero, subtracts from the number that the item's data is. */
    Arithmetic add(Key key, Delta delta) {
        long now = ticker.millis();
        Arithmetic result = shard(key).add(key, delta, now);
        makeRoom(now);
        return result;
    }

    /** Makes all items be gone, those of now at once or those of then after a delay; replaces an earlier delay. */
    void flushAll(long exptime) {
        long now = ticker.millis();
        long when = exptime <= 0 ? now : Expiration.of(exptime, now);
        statistics.count(Counter.CMD_FLUSH);
        for (Shard shard : shards) {
            shard.flushAt(when, now);
        }
    }

    /** Frees the memory of all expired items; to be called about once a second. */
    void sweep() {
        long now = ticker.millis();
        for (Shard shard : shards) {
            while (shard.hasExpired(now)) {
                statistics.count(Counter.CRAWLER_RECLAIMED, shard.removeExpired(now, EXPIRED_AT_A_TIME));
            }
        }
        evictions.report(now);
    }

    /**
     * Collects the next live items: from position 0 on to {@link #END}, everything that is there all the time, and once
     * unless all was flushed in between, whatever changes meanwhile. Holds one shard's lock for a short time.
     *
     * @param atLeast so many, unless there are few
     * @return the next position
     */
    long scan(long position, int atLeast, Collection<ItemView> found) {
        int shard = (int) (position / HashTable.END);
        long next = shards[shard].scan(position % HashTable.END, atLeast, found, ticker.millis());
        return shard * HashTable.END + next;
    }

    long bytes() {
        return ledger.bytes();
    }

    long items() {
        long items = 0;
        for (Shard shard : shards) {
            items += shard.size();
        }
        return items;
    }

    private Shard shard(Key key) {
        return shards[key.shardHash() & (SHARDS - 1)];
    }

    private void makeRoom(long now) {
        if (ledger.bytes() <= memory) {
            return;
        }
        reclaimExpired(now);
        int evicted = 0;
        Shard shard = leastRecentlyUsed();
        while (ledger.bytes() > memory && shard.oldestUse() != Long.MAX_VALUE) {
            evicted += shard.evictOldest() ? 1 : 0;
            shard = leastRecentlyUsed();
        }
        if (evicted > 0) {
            evictions.evicted(evicted, now);
        }
    }

    private void reclaimExpired(long now) {
        for (Shard shard : shards) {
            while (ledger.bytes() > memory && shard.hasExpired(now)) {
                statistics.count(Counter.RECLAIMED, shard.removeExpired(now, 1));
            }
        }
    }

    private Shard leastRecentlyUsed() {
        Shard found = shards[0];
        for (Shard shard : shards) {
            if (shard.oldestUse() < found.oldestUse()) {
                found = shard;
            }
        }
        return found;
    }
}
