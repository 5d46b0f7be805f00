package org.keepsake.store;

/** What became of a delete. */
enum DeleteResult {
    DELETED,
    NOT_FOUND,
    /** The item is not the one the client has seen. */
    EXISTS
}
