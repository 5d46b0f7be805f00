package org.keepsake.node.session.view;

/** What a view says of a store. */
public enum StoreState {
    /** It has every acknowledged write of the sessions placed on it. */
    CLEAN,
    /** It receives every write but missed some before, so it is not believed. */
    SYNCING,
    /** It is neither written nor read. */
    DOWN
}
