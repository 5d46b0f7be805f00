package org.keepsake.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of the cache under one lock, the shard itself. Thread-safe. No method takes another lock, so there is no lock
 * order to keep.
 *
 * <p>Invariant: an item is in the table, in the LRU list and, when it expires at all, in the heap; or in none of them.
 */
final class Shard {

    /** Chains that one scan looks at, so that it ends soon where items are few. */
    private static final int MAX_CHAINS = 1024;

    private final Ledger ledger;
    private final Statistics statistics;
    private final int maxItemSize;

    @GuardedBy("this")
    private final HashTable table = new HashTable();

    @GuardedBy("this")
    private final LruList lru = new LruList();

    @GuardedBy("this")
    private final ExpiryHeap expiries = new ExpiryHeap();

    /** The size of all items of this shard. */
    @GuardedBy("this")
    private long bytes;

    /** From when on everything stored before is gone; {@link Expiration#NEVER} when no flush is due. */
    @GuardedBy("this")
    private long flushAt = Expiration.NEVER;

    /** When the oldest item was used last; {@code Long.MAX_VALUE} without any. Written under the lock, read by all. */
    private volatile long oldestUse = Long.MAX_VALUE;

    /** When the next item expires. Written under the lock, read by all. */
    private volatile long soonestExpiry = Expiration.NEVER;

    Shard(Ledger ledger, int maxItemSize) {
        this.ledger = ledger;
        this.statistics = ledger.statistics;
        this.maxItemSize = maxItemSize;
    }

    long oldestUse() {
        return oldestUse;
    }

    boolean hasExpired(long now) {
        return soonestExpiry <= now;
    }

    synchronized int size() {
        return table.size();
    }

    synchronized @Nullable Item get(Key key, long now) {
        Item item = live(key, now);
        if (item != null) {
            use(item, now);
        }
        return item;
    }

    synchronized @Nullable Item touch(Key key, long expiry, long now) {
        Item item = live(key, now);
        if (item == null) {
            return null;
        }
        use(item, now);
        expiries.remove(item);
        item.expiry = expiry;
        expiries.add(item);
        publish();
        return item;
    }

    /** @param casUnique the id the client has seen, or 0 for any */
    synchronized DeleteResult delete(Key key, long casUnique, long now) {
        Item item = live(key, now);
        if (item == null) {
            return DeleteResult.NOT_FOUND;
        }
        if (differs(item, casUnique)) {
            return DeleteResult.EXISTS;
        }
        unlink(item);
        return DeleteResult.DELETED;
    }

    private static boolean differs(Item item, long casUnique) {
        return casUnique != 0 && casUnique != item.cas;
    }

    /** @param casUnique the id the client has seen; looked at for cas, and unless it is 0 for append and prepend */
    synchronized StoreResult store(StorageMode mode, Key key, Item fresh, long casUnique, long now) {
        Item old = live(key, now);
        return switch (mode) {
            case SET -> replace(old, fresh, now);
            case ADD -> old == null ? replace(null, fresh, now) : refuseExisting(old, now);
            case REPLACE -> old == null ? StoreResult.NOT_STORED : replace(old, fresh, now);
            case APPEND, PREPEND -> join(old, fresh, mode == StorageMode.APPEND, casUnique, now);
            case CAS -> compareAndSet(old, fresh, casUnique, now);
        };
    }

    /** An add that finds an item counts as a use of it, as in memcached. */
    @GuardedBy("this")
    private StoreResult refuseExisting(Item old, long now) {
        use(old, now);
        return StoreResult.NOT_STORED;
    }

    @GuardedBy("this")
    private StoreResult join(@Nullable Item old, Item addition, boolean append, long casUnique, long now) {
        if (old != null && differs(old, casUnique)) {
            return StoreResult.EXISTS;
        }
        if (old == null || (long) old.value.length() + addition.value.length() > maxItemSize) {
            return StoreResult.NOT_STORED;
        }
        Value joined = append ? old.value.followedBy(addition.value) : addition.value.followedBy(old.value);
        return replace(old, old.with(joined, addition.cas), now);
    }

    @GuardedBy("this")
    private StoreResult compareAndSet(@Nullable Item old, Item fresh, long casUnique, long now) {
        if (old == null) {
            statistics.count(Counter.CAS_MISSES);
            return StoreResult.NOT_FOUND;
        }
        if (old.cas != casUnique) {
            statistics.count(Counter.CAS_BADVAL);
            return StoreResult.EXISTS;
        }
        statistics.count(Counter.CAS_HITS);
        return replace(old, fresh, now);
    }

    /** Adds to or, not below zero, subtracts from the number that the item's data is. */
    synchronized Arithmetic add(Key key, Delta delta, long now) {
        Item item = live(key, now);
        if (item == null) {
            return delta.creates() ? create(key, delta, now) : missing(delta);
        }
        use(item, now);
        if (differs(item, delta.casUnique())) {
            return Arithmetic.failed(Arithmetic.Status.EXISTS);
        }
        byte[] number = Decimal.leadingNumber(item.value.chunk(0));
        if (number.length == 0 || item.value.chunks() > 1) {
            return Arithmetic.failed(Arithmetic.Status.NON_NUMERIC);
        }
        long result = delta.applyTo(Decimal.unsigned(number, 0, number.length));
        Value value = Value.of(padded(Decimal.format(result), item.value.length()));
        Item fresh = item.with(value, ledger.nextCas());
        relink(item, fresh, now);
        statistics.count(delta.increment() ? Counter.INCR_HITS : Counter.DECR_HITS);
        return new Arithmetic(Arithmetic.Status.DONE, result, fresh.cas);
    }

    private Arithmetic missing(Delta delta) {
        statistics.count(delta.increment() ? Counter.INCR_MISSES : Counter.DECR_MISSES);
        return Arithmetic.failed(Arithmetic.Status.NOT_FOUND);
    }

    @GuardedBy("this")
    private Arithmetic create(Key key, Delta delta, long now) {
        Value value = Value.of(Decimal.format(delta.initial()));
        long expiry = Expiration.of(delta.exptime(), now);
        Item fresh = new Item(key.bytes(), key.hash(), 0, value, ledger.nextCas(), expiry);
        replace(null, fresh, now);
        return new Arithmetic(Arithmetic.Status.DONE, delta.initial(), fresh.cas);
    }

    /** A number that became shorter keeps its length, as in memcached (protocol.txt, "Increment/Decrement"). */
    private static byte[] padded(byte[] digits, int length) {
        if (digits.length >= length) {
            return digits;
        }
        byte[] padded = Arrays.copyOf(digits, length);
        Arrays.fill(padded, digits.length, length, (byte) ' ');
        return padded;
    }

    /** Makes everything that is here at that time be gone from then on. */
    synchronized void flushAt(long when, long now) {
        flushAt = when;
        publish();
        flushWhenDue(now);
    }

    /**
     * Removes expired items, the soonest first, until so many are removed or none is left.
     *
     * @return how many
     */
    synchronized int removeExpired(long now, int atMost) {
        flushWhenDue(now);
        int removed = 0;
        Item item = expiries.soonest();
        while (item != null && item.expired(now) && removed < atMost) {
            if (!item.fetched) {
                statistics.count(Counter.EXPIRED_UNFETCHED);
            }
            unlink(item);
            removed++;
            item = expiries.soonest();
        }
        return removed;
    }

    /** Removes the item not used for longest, unless the shard is empty. */
    synchronized boolean evictOldest() {
        Item item = lru.oldest();
        if (item == null) {
            return false;
        }
        statistics.count(Counter.EVICTIONS);
        if (!item.fetched) {
            statistics.count(Counter.EVICTED_UNFETCHED);
        }
        unlink(item);
        return true;
    }

    /**
     * Collects the live items from a position on, as {@link HashTable#scan} does, until there are so many or enough
     * chains were looked at.
     *
     * @return the next position
     */
    synchronized long scan(long position, int atLeast, Collection<ItemView> found, long now) {
        flushWhenDue(now);
        List<Item> items = new ArrayList<>();
        long at = position;
        for (int chains = 0; at < HashTable.END && items.size() < atLeast && chains < MAX_CHAINS; chains++) {
            at = table.scan(at, items);
        }
        for (Item item : items) {
            if (!item.expired(now)) {
                found.add(new ItemView(item, item.expiry, Ledger.millisOfUse(item.lastUse), item.fetched));
            }
        }
        return at;
    }

    @GuardedBy("this")
    private @Nullable Item live(Key key, long now) {
        flushWhenDue(now);
        Item item = table.get(key);
        if (item == null || !item.expired(now)) {
            return item;
        }
        statistics.count(Counter.GET_EXPIRED);
        unlink(item);
        return null;
    }

    @GuardedBy("this")
    private void flushWhenDue(long now) {
        if (flushAt <= now) {
            flushAt = Expiration.NEVER;
            table.clear();
            lru.clear();
            expiries.clear();
            ledger.unlinked(bytes);
            bytes = 0;
            publish();
        }
    }

    @GuardedBy("this")
    private void use(Item item, long now) {
        item.fetched = true;
        item.lastUse = ledger.nextUse(now);
        lru.moveToNewest(item);
        publish();
    }

    @GuardedBy("this")
    private StoreResult replace(@Nullable Item old, Item fresh, long now) {
        relink(old, fresh, now);
        statistics.count(Counter.TOTAL_ITEMS);
        return StoreResult.STORED;
    }

    @GuardedBy("this")
    private void relink(@Nullable Item old, Item fresh, long now) {
        if (old != null) {
            unlink(old);
        }
        table.add(fresh);
        fresh.lastUse = ledger.nextUse(now);
        lru.addNewest(fresh);
        expiries.add(fresh);
        bytes += fresh.size();
        ledger.linked(fresh);
        publish();
    }

    @GuardedBy("this")
    private void unlink(Item item) {
        table.remove(item);
        lru.remove(item);
        expiries.remove(item);
        bytes -= item.size();
        ledger.unlinked(item);
        publish();
    }

    /** Writes only what has changed: a volatile write costs more than a read. */
    @GuardedBy("this")
    private void publish() {
        Item oldest = lru.oldest();
        long use = oldest == null ? Long.MAX_VALUE : oldest.lastUse;
        if (use != oldestUse) {
            oldestUse = use;
        }
        long expiry = Math.min(expiries.soonestExpiry(), flushAt);
        if (expiry != soonestExpiry) {
            soonestExpiry = expiry;
        }
    }
}
