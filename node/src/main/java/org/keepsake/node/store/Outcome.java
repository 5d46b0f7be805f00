package org.keepsake.node.store;

/** How a write to one store ended. Only the first four are the store's own word on the record. */
public enum Outcome {
    /** Done. */
    OK,
    /** {@code add}: the key is there already; nothing was changed. */
    NOT_STORED,
    /** {@code cas}: the value is no longer the one that was seen; nothing was changed. */
    EXISTS,
    /** {@code cas} and {@code touch}: the key is not there; nothing was changed. */
    ABSENT,
    /**
     * The store, or a check before sending, refused it, and will again. Nothing was changed, except that memcached drops
     * the old value when it has no room for a {@code set}.
     */
    REFUSED,
    /** The store never saw it. */
    NOT_SENT,
    /** It may have been sent and no answer came: done, not done, or still to be done. Never to be taken for a no. */
    UNKNOWN
}
