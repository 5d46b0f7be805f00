package org.keepsake.store;

import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Items by key, chained through {@link Item#next}: a third of the memory of {@code HashMap}. Not thread-safe. */
final class HashTable {

    /** Behind the last position of a {@link #scan}. */
    static final long END = 1L << Integer.SIZE;

    private static final int MIN_CAPACITY = 16;

    /** In the order of the hashes, so that growing splits a chain in place; a power of two long, at least three quarters of the number of items. */
    private @Nullable Item[] chains = new @Nullable Item[MIN_CAPACITY];

    private int size;

    int size() {
        return size;
    }

    @Nullable
    Item get(Key key) {
        Item item = chains[index(key.hash())];
        while (item != null && !(item.hash == key.hash() && Arrays.equals(item.key, key.bytes()))) {
            item = item.next;
        }
        return item;
    }

    /** Adds an item whose key is not there. */
    void add(Item item) {
        if (size > chains.length + chains.length / 4) {
            grow();
        }
        link(item);
        size++;
    }

    /** Removes an item that is there. */
    void remove(Item item) {
        int index = index(item.hash);
        Item at = chains[index];
        if (at == item) {
            chains[index] = item.next;
        } else {
            while (at != null && at.next != item) {
                at = at.next;
            }
            if (at == null) {
                throw new IllegalStateException("an item to be removed is not in its hash chain");
            }
            at.next = item.next;
        }
        item.next = null;
        size--;
    }

    void clear() {
        chains = new @Nullable Item[MIN_CAPACITY];
        size = 0;
    }

    /**
     * Collects the chain at a position; from position 0 to {@link #END} it collects everything that is there all the
     * time, and once, however the table grows in between (twice at most what is there again after it was cleared).
     *
     * @return the next position
     */
    long scan(long position, Collection<Item> found) {
        int index = index((int) position);
        for (Item item = chains[index]; item != null; item = item.next) {
            found.add(item);
        }
        return (index + 1L) << shift(chains.length);
    }

    private static int shift(int capacity) {
        return Integer.numberOfLeadingZeros(capacity) + 1;
    }

    private int index(int hash) {
        return hash >>> shift(chains.length);
    }

    private void link(Item item) {
        int index = index(item.hash);
        item.next = chains[index];
        chains[index] = item;
    }

    private void grow() {
        @Nullable Item[] old = chains;
        chains = new @Nullable Item[old.length * 2];
        for (Item chain : old) {
            for (Item item = chain; item != null; ) {
                Item next = item.next;
                link(item);
                item = next;
            }
        }
    }
}
