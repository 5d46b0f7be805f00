package org.keepsake.node.session.view;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.store.Reply;

/** What this node sees of its stores when it asks all of them at once. Used by one thread. */
final class Look {

    /** Under which a store keeps the random part of its incarnation, which the connection added or found. */
    private static final String LIFE_KEY = "i";

    /**
     * One store.
     *
     * @param incarnation "" if it did not answer
     * @param view null if it has none, or none that can be read
     */
    record Seen(
            MemcachedConnection store,
            String incarnation,
            Reply.@Nullable Found raw,
            @Nullable View view) {

        boolean isReached() {
            return !incarnation.isEmpty();
        }
    }

    private final Map<String, Seen> stores = new LinkedHashMap<>();

    private Look() {}

    /** Asks every store and waits once, for at most the time of one operation. */
    static Look at(List<MemcachedConnection> ring, Timing timing) {
        Map<MemcachedConnection, CompletableFuture<List<Reply>>> asked = new LinkedHashMap<>();
        ring.forEach(store -> asked.put(store, store.gets(List.of(View.KEY, LIFE_KEY))));
        timing.awaitAll(asked.values());
        Look look = new Look();
        asked.forEach((store, answers) -> look.stores.put(store.node().name(), seen(store, answers.join())));
        return look;
    }

    private static Seen seen(MemcachedConnection store, List<Reply> answers) {
        String incarnation = store.incarnation();
        Reply life = answers.get(1);
        if (life instanceof Reply.Found found && found.epoch() == store.epoch() && isMarkOf(incarnation, found)) {
            Reply.Found raw = answers.get(0) instanceof Reply.Found view ? view : null;
            return new Seen(store, incarnation, raw, raw == null ? null : read(raw));
        }
        if (isOf(store, life)) {
            // It was emptied, or has forgotten who it is: whatever it has can no more be told from nothing.
            store.renew();
        }
        return new Seen(store, "", null, null);
    }

    /** Whether a store answered in the present epoch. */
    private static boolean isOf(MemcachedConnection store, Reply life) {
        return (life instanceof Reply.Absent absent && absent.epoch() == store.epoch())
                || (life instanceof Reply.Found found && found.epoch() == store.epoch());
    }

    /** The first part of an incarnation is the mark, see {@link MemcachedConnection#incarnation}. */
    private static boolean isMarkOf(String incarnation, Reply.Found life) {
        return incarnation.startsWith(new String(life.value(), StandardCharsets.US_ASCII) + ":");
    }

    private static @Nullable View read(Reply.Found raw) {
        try {
            return View.decode(raw.value());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    Iterable<Seen> all() {
        return stores.values();
    }

    Optional<Seen> of(String store) {
        return Optional.ofNullable(stores.get(store));
    }

    /** The stores that answered, in ring order. */
    List<MemcachedConnection> reached() {
        return stores.values().stream().filter(Seen::isReached).map(Seen::store).toList();
    }

    boolean isEmpty() {
        return stores.isEmpty();
    }

    /** The stores this node is to use: the incarnation it reaches, "" if it does not. */
    Map<String, String> reach() {
        Map<String, String> reach = new LinkedHashMap<>();
        stores.forEach((name, seen) -> reach.put(name, seen.incarnation()));
        return reach;
    }
}
