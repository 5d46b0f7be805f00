package org.keepsake.node.store;

import java.util.List;

/** What a store said when it was asked for its keys, or why it did not. Immutable. */
public sealed interface Listing {

    /**
     * The keys that were there from the beginning of the listing to its end; one that came or went meanwhile may be
     * missing or listed, and one may stand here twice.
     */
    record Keys(List<ListedKey> keys) implements Listing {

        /** Copies the list. */
        public Keys {
            keys = List.copyOf(keys);
        }
    }

    /** This store does not list its keys, today or tomorrow: it cannot, or it was told not to. */
    record Impossible(String why) implements Listing {}

    /** It did not come to its end; another try may. */
    record Failed(String why) implements Listing {}
}
