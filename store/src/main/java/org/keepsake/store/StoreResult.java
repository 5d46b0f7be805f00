package org.keepsake.store;

/** What became of a storage command. */
enum StoreResult {
    STORED,
    NOT_STORED,
    EXISTS,
    NOT_FOUND
}
