package org.keepsake.store;

import org.jspecify.annotations.Nullable;

/**
 * One key with its data. What a client sees is immutable: an item is replaced, never overwritten, so it can be sent
 * without a lock. The rest belongs to the shard and is read and written under the shard's lock alone.
 */
final class Item {

    /**
     * Bytes an item takes beside its key and its data: the item 72, key and data arrays with padding 40, the value 24,
     * its part of the hash table and of the expiry heap 16.
     */
    static final int OVERHEAD = 152;

    final byte[] key;
    final int hash;
    final int flags;
    final Value value;
    /** Unique among all items this store ever held. */
    final long cas;

    /** Milliseconds since 1970 from which on the item is gone. Changes only outside of the heap. */
    long expiry;
    /** The next item of the same hash chain. */
    @Nullable
    Item next;
    /** Neighbours in the LRU list. */
    @Nullable
    Item newer;

    @Nullable
    Item older;
    /** When it was used last, see {@link Ledger#nextUse}: grows along the LRU list. */
    long lastUse;
    /** Its place in the expiry heap, or -1. */
    int heapIndex = -1;
    /** Whether anybody asked for it since it was stored. */
    boolean fetched;

    Item(byte[] key, int hash, int flags, Value value, long cas, long expiry) {
        this.key = key;
        this.hash = hash;
        this.flags = flags;
        this.value = value;
        this.cas = cas;
        this.expiry = expiry;
    }

    /** The same item with other data, and so with another cas id. */
    Item with(Value otherValue, long otherCas) {
        return new Item(key, hash, flags, otherValue, otherCas, expiry);
    }

    /** What it takes of the store's memory, in bytes. */
    int size() {
        return sizeOf(key.length, value.length());
    }

    static int sizeOf(int keyLength, int valueLength) {
        return OVERHEAD + keyLength + valueLength + valueLength / Value.CHUNK * 24;
    }

    boolean expired(long now) {
        return expiry <= now;
    }
}
