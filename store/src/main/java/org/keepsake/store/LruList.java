package org.keepsake.store;

import org.jspecify.annotations.Nullable;

/** Items from the one used last to the one not used for longest. Not thread-safe. */
final class LruList {

    private @Nullable Item newest;
    private @Nullable Item oldest;

    @Nullable
    Item oldest() {
        return oldest;
    }

    /** Adds an item that is in no list. */
    void addNewest(Item item) {
        item.older = newest;
        if (newest == null) {
            oldest = item;
        } else {
            newest.newer = item;
        }
        newest = item;
    }

    void remove(Item item) {
        Item newer = item.newer;
        Item older = item.older;
        if (newer == null) {
            newest = older;
        } else {
            newer.older = older;
        }
        if (older == null) {
            oldest = newer;
        } else {
            older.newer = newer;
        }
        item.newer = null;
        item.older = null;
    }

    void moveToNewest(Item item) {
        if (item != newest) {
            remove(item);
            addNewest(item);
        }
    }

    void clear() {
        newest = null;
        oldest = null;
    }
}
