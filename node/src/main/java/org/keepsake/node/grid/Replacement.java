package org.keepsake.node.grid;

import org.jspecify.annotations.Nullable;

/** That one value took the place of another one. */
interface Replacement {

    String key();

    /** The version that was replaced; 0 if there was none, or if a replica is only to be let go of. */
    long before();

    /** The version that is there now; 0 if a replica is only to be let go of. */
    long version();

    /** When it expires, by the cluster's time in milliseconds, 0 for never. */
    long expiry();

    /** The value that is there now; null if that cannot be said. */
    byte @Nullable [] of(byte[] old);
}
