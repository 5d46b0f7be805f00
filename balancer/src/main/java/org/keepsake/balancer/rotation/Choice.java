package org.keepsake.balancer.rotation;

/** What a request is told that asks for an upstream. */
public sealed interface Choice permits Place, Choice.Without {

    /** There is no upstream for it now. */
    enum Without implements Choice {
        /** All that could serve it are full; it is told when one is not. */
        WAITS,

        /** All that could serve it are full, and it is not to wait. */
        FULL,

        /** Every upstream was tried, or is not to be asked. */
        NOBODY
    }
}
