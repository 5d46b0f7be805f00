package org.keepsake.node.session.repository;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.session.view.Belief;
import org.keepsake.node.session.view.Holders.Holder;
import org.keepsake.node.store.ListedKey;
import org.keepsake.node.store.Listing;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Store;
import org.keepsake.node.store.Stored;

/**
 * Looks in the stores for sessions that were unused for too long and that nobody ended, because the node that had them
 * is gone. Thread-safe.
 *
 * <p>Whoever adds a key to a store looks for the next few seconds, so one node does it for all, whichever are there.
 */
final class OverdueSessions {

    private static final System.Logger LOG = System.getLogger(OverdueSessions.class.getName());

    /** For how many seconds one node looks for all. */
    private static final int TURN = 10;

    /** Those beyond are found the next time. */
    private static final int MOST = 10_000;

    private final Belief belief;
    private final Keys keys;
    private final Timing timing;
    private final AtomicBoolean toldImpossible = new AtomicBoolean();

    OverdueSessions(Belief belief, Keys keys, Timing timing) {
        this.belief = belief;
        this.keys = keys;
        this.timing = timing;
    }

    /** Those there are; none if it is another node's turn, or stores do not list their keys. */
    List<SessionId> find() {
        List<Store> stores = belief.believed().stream().map(Holder::store).toList();
        if (stores.isEmpty() || !isOurTurn(stores.get(0))) {
            return List.of();
        }
        List<CompletableFuture<Listing>> asked = stores.stream()
                .map(store -> store.list(List.of(keys.sessions())))
                .toList();
        timing.awaitAll(asked);
        Set<SessionId> found = new LinkedHashSet<>();
        asked.forEach(listing -> take(listing.join(), found));
        return new ArrayList<>(found);
    }

    private boolean isOurTurn(Store store) {
        CompletableFuture<Stored> added = store.add(keys.sweep(), "1".getBytes(StandardCharsets.US_ASCII), TURN);
        timing.await(added);
        return added.join().outcome() == Outcome.OK;
    }

    private void take(Listing listing, Set<SessionId> found) {
        if (listing instanceof Listing.Keys listed) {
            for (ListedKey key : listed.keys()) {
                if (found.size() < MOST && Expiry.isOverdue(key.secondsLeft())) {
                    keys.sessionOf(key.key()).ifPresent(found::add);
                }
            }
        } else if (listing instanceof Listing.Impossible impossible && toldImpossible.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "sessions of nodes that are gone end without a word to the listeners: {0}",
                    impossible.why());
        }
    }
}
