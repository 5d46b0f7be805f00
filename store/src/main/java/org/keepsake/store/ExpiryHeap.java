package org.keepsake.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Items that expire, the soonest first: a binary heap in which each item knows its place. Not thread-safe. */
final class ExpiryHeap {

    private static final int MIN_CAPACITY = 16;

    /** No item expires before its parent at {@code (index - 1) / 2}; {@code items[i].heapIndex == i}. */
    private @Nullable Item[] items = new @Nullable Item[MIN_CAPACITY];

    private int size;

    @Nullable
    Item soonest() {
        return items[0];
    }

    /** When the next item expires, {@link Expiration#NEVER} without any. */
    long soonestExpiry() {
        Item soonest = items[0];
        return soonest == null ? Expiration.NEVER : soonest.expiry;
    }

    /** Adds an item that is not there; one that never expires is left out. */
    void add(Item item) {
        if (item.expiry == Expiration.NEVER) {
            return;
        }
        if (size == items.length) {
            items = Arrays.copyOf(items, size * 2);
        }
        siftUp(size++, item);
    }

    void remove(Item item) {
        int index = item.heapIndex;
        if (index < 0) {
            return;
        }
        item.heapIndex = -1;
        Item last = items[--size];
        items[size] = null;
        if (last == null || last == item) {
            return;
        }
        siftDown(index, last);
        if (last.heapIndex == index) {
            siftUp(index, last);
        }
    }

    void clear() {
        items = new @Nullable Item[MIN_CAPACITY];
        size = 0;
    }

    private void siftUp(int from, Item item) {
        int index = from;
        while (index > 0) {
            Item parent = items[(index - 1) / 2];
            if (parent == null || parent.expiry <= item.expiry) {
                break;
            }
            place(index, parent);
            index = (index - 1) / 2;
        }
        place(index, item);
    }

    private void siftDown(int from, Item item) {
        int index = from;
        while (true) {
            int child = 2 * index + 1;
            Item left = child < size ? items[child] : null;
            if (left == null) {
                break;
            }
            Item right = child + 1 < size ? items[child + 1] : null;
            boolean takeRight = right != null && right.expiry < left.expiry;
            Item sooner = takeRight && right != null ? right : left;
            if (item.expiry <= sooner.expiry) {
                break;
            }
            place(index, sooner);
            index = takeRight ? child + 1 : child;
        }
        place(index, item);
    }

    private void place(int index, Item item) {
        items[index] = item;
        item.heapIndex = index;
    }
}
