package org.keepsake.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Items by key, chained through {@link Item#next}: a third of the memory of {@code HashMap}. Not thread-safe. */
final class HashTable {

    private static final int MIN_CAPACITY = 16;

    /** A power of two long, at least three quarters of the number of items. */
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

    private int index(int hash) {
        return hash & (chains.length - 1);
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
