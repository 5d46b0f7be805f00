package org.keepsake.store;

/**
 * What became of a storage command.
 *
 * @param cas the item's new id when {@link StoreResult#STORED}, else 0
 */
record Stored(StoreResult result, long cas) {

    static Stored failed(StoreResult result) {
        return new Stored(result, 0);
    }
}
