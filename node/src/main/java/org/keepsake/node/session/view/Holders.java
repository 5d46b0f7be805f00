package org.keepsake.node.session.view;

import java.util.ArrayList;
import java.util.List;
import org.keepsake.node.store.Store;

/**
 * Which stores hold the sessions of one home, under one view. Immutable.
 *
 * @param view the number of the view
 * @param believed CLEAN ones, the home first: each must answer, and what all of them do not have is not there
 * @param told SYNCING ones and those that are to hold the sessions next: they get every write and are not asked
 * @param all whether every store that is to hold the sessions is believed; otherwise what was written is
 *     acknowledged only after a second look at the view
 */
public record Holders(long view, List<Holder> believed, List<Holder> told, boolean all) {

    /** While there is no view to go by. */
    static final Holders NONE = new Holders(0, List.of(), List.of(), false);

    public Holders {
        believed = List.copyOf(believed);
        told = List.copyOf(told);
    }

    /**
     * One store of them.
     *
     * @param incarnation the life of the store of which the view speaks
     */
    public record Holder(Store store, String incarnation) {

        /** Whether an answer of this epoch came from the life of the store that the view speaks of. */
        public boolean speaksIn(long epoch) {
            return store.epoch() == epoch && store.incarnation().equals(incarnation);
        }

        /** The store's name. */
        public String name() {
            return store.name();
        }
    }

    /** All that are written: the believed ones first. */
    public List<Holder> written() {
        if (told.isEmpty()) {
            return believed;
        }
        List<Holder> written = new ArrayList<>(believed);
        written.addAll(told);
        return written;
    }
}
