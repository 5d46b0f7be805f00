package org.keepsake.node.session.view;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Stored;

/** Writes a view into stores, one after the other, each only over an older one. Used by one thread. */
final class Ballot {

    private static final int TRIES = 6;
    private static final Duration RETRY = Duration.ofMillis(20);

    private final Timing timing;

    Ballot(Timing timing) {
        this.timing = timing;
    }

    /**
     * Writes to all these stores in order, and stops at the first that fails.
     *
     * @param over whether a view may be replaced that does not lead to this one: of a store that is not believed
     * @return whether all of them have it
     */
    boolean write(View view, List<MemcachedConnection> stores, boolean over) {
        return stores.stream().allMatch(store -> write(view, store, over));
    }

    /** Writes to one store unless it has this view already. */
    boolean write(View view, MemcachedConnection store, boolean over) {
        byte[] bytes = view.encode();
        for (int tries = 0; tries < TRIES; tries++) {
            if (tries > 0) {
                timing.pause(RETRY);
            }
            Reply reply = await(store.gets(View.KEY));
            Optional<Stored> stored = Optional.empty();
            if (reply instanceof Reply.Found found) {
                if (Arrays.equals(found.value(), bytes)) {
                    return true;
                }
                if (!mayReplace(found, view, over)) {
                    return false;
                }
                stored = Optional.of(await(store.cas(View.KEY, found, bytes, 0)));
            } else if (reply instanceof Reply.Absent) {
                stored = Optional.of(await(store.add(View.KEY, bytes, 0)));
            }
            if (stored.filter(s -> s.outcome() == Outcome.OK).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** What cannot be read is no view that anybody goes by. */
    private static boolean mayReplace(Reply.Found found, View view, boolean over) {
        try {
            View there = View.decode(found.value());
            return over ? !there.comesFrom(view) : view.comesFrom(there);
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private <T> T await(CompletableFuture<T> answer) {
        timing.await(answer);
        return answer.join();
    }
}
