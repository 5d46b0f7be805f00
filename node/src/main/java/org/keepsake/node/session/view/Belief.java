package org.keepsake.node.session.view;

import java.util.List;
import java.util.Optional;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Store;

/** Which stores hold a session and may be believed. Thread-safe; asked again in each round of an operation. */
public interface Belief {

    /** The key under which each store keeps the view, to be read along with a record. */
    String VIEW_KEY = View.KEY;

    /** The holders of the sessions of this home store; none are believed while there is no view to go by. */
    Holders holders(String home);

    /** All stores that are believed now; none where they are not known one by one. */
    default List<Holders.Holder> believed() {
        return List.of();
    }

    /** A store for a new session, if any is up. */
    Optional<Store> chooseHome();

    /** The name of a store for a new session while none is up: one that was believed last. */
    default Optional<String> homeWhileAway() {
        return Optional.empty();
    }

    /** Whether the stores keep a view, which is read along with each record. */
    default boolean hasViews() {
        return true;
    }

    /** The option to look at when no store can be relied on. */
    default String setting() {
        return "--memcached-nodes";
    }

    /**
     * What a believed holder's answer to {@link #VIEW_KEY} means for what was done under a view.
     *
     * @param number of that view
     */
    Standing standing(Holders.Holder holder, Reply view, long number);

    /** Whether what was written under this view may be acknowledged now: every node knows of it, and of no later one. */
    boolean acknowledges(long number);

    /**
     * Says for how many seconds stores keep some session after its last use, {@link Integer#MAX_VALUE} if it never
     * expires. Where sessions cannot be listed, the longest time of all says when those that nobody used are gone.
     */
    default void keeps(int seconds) {}

    /** Says that a store that should have answered did not. */
    void suspect(Store store);

    /** What a store's view says of another one. */
    enum Standing {
        /** The store has that very view. */
        SAME,
        /** The store was not told of it yet. */
        OLDER,
        /** There is a later one, which holds here from now on. */
        NEWER,
        /** The answer is none, or not to be believed. */
        NONE
    }
}
