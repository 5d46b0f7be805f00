package org.keepsake.node.session.view;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.keepsake.node.memcached.ListedKey;
import org.keepsake.node.memcached.Listing;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.time.Timing;

/**
 * Copies what a store missed: lists the stores that have everything, and merges each record into the stores that are to
 * have it. Requests go on meanwhile and write to both, so what is listed once need not be listed again. Used by one
 * thread; may be begun again at any time, by any node.
 */
final class Synchronizer {

    private static final System.Logger LOG = System.getLogger(Synchronizer.class.getName());
    private static final List<String> PREFIXES = List.of(CopiedKey.RECORD, CopiedKey.LAST_ACCESS);
    private static final int PASSES = 20;
    private static final int AT_ONCE = 64;

    private final Supplier<List<MemcachedConnection>> ring;
    private final Timing timing;
    private final CopyBatch batch;

    /** Stores of which was said that they cannot be listed. */
    private final Set<String> told = new HashSet<>();

    Synchronizer(Supplier<List<MemcachedConnection>> ring, Timing timing, RecordCodec codec) {
        this.ring = ring;
        this.timing = timing;
        this.batch = new CopyBatch(timing, codec);
    }

    /**
     * Copies everything, pass after pass until one finds nothing that was missing: a listing may overlook what moves.
     *
     * @param current whether the view is still the one to go by
     * @return whether all was copied; otherwise it is to be tried again
     */
    boolean copy(View view, BooleanSupplier current) {
        for (int pass = 0; pass < PASSES && current.getAsBoolean(); pass++) {
            Optional<Integer> added = pass(view, current);
            if (added.isEmpty()) {
                return false;
            }
            if (added.get() == 0) {
                return targetsAreWhole(view);
            }
            LOG.log(Level.INFO, "view {0}: {1} record(s) copied", view.number(), added.get());
        }
        return false;
    }

    /** How many keys were missing somewhere; empty if not all could be looked at. */
    private Optional<Integer> pass(View view, BooleanSupplier current) {
        if (!targetsAreWhole(view)) {
            return Optional.empty();
        }
        int added = 0;
        for (StoreEntry entry : view.entries()) {
            if (isSource(view, entry)) {
                Optional<Integer> here = connection(entry).flatMap(source -> pass(view, entry, source, current));
                if (here.isEmpty()) {
                    return Optional.empty();
                }
                added += here.get();
            }
        }
        return Optional.of(added);
    }

    private static boolean isSource(View view, StoreEntry entry) {
        return view.isRecovering() ? entry.state() == StoreState.SYNCING : entry.isClean() && entry.placed();
    }

    private Optional<Integer> pass(View view, StoreEntry entry, MemcachedConnection source, BooleanSupplier current) {
        if (!source.up()) {
            return Optional.empty();
        }
        CompletableFuture<Listing> listing = source.list(PREFIXES);
        timing.await(listing);
        if (!(listing.join() instanceof Listing.Keys keys)) {
            sayWhy(entry.name(), listing.join());
            return Optional.empty();
        }
        Map<MemcachedConnection, List<ListedKey>> wanted = new LinkedHashMap<>();
        for (ListedKey key : keys.keys()) {
            for (MemcachedConnection target : targets(view, entry, key)) {
                wanted.computeIfAbsent(target, t -> new ArrayList<>()).add(key);
            }
        }
        int added = 0;
        for (Map.Entry<MemcachedConnection, List<ListedKey>> target : wanted.entrySet()) {
            List<ListedKey> all = target.getValue();
            for (int from = 0; from < all.size(); from += AT_ONCE) {
                List<ListedKey> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
                int missing = batch.copy(source, target.getKey(), some, current);
                if (missing < 0) {
                    return Optional.empty();
                }
                added += missing;
            }
        }
        return Optional.of(added);
    }

    private void sayWhy(String store, Listing listing) {
        if (listing instanceof Listing.Impossible impossible && told.add(store)) {
            LOG.log(
                    Level.WARNING,
                    "store {0}: cannot be listed ({1}); records are copied as their sessions are used",
                    store,
                    impossible.why());
        } else if (listing instanceof Listing.Failed failed) {
            LOG.log(Level.INFO, "store {0}: the listing broke off, trying again: {1}", store, failed.why());
        }
    }

    /** The stores that are to have a key and may lack it; none if this store is not the one to say what it holds. */
    private List<MemcachedConnection> targets(View view, StoreEntry source, ListedKey key) {
        Optional<String> home = CopiedKey.home(key.key());
        if (home.isEmpty()) {
            return List.of();
        }
        List<StoreEntry> holders = view.holders(home.get());
        if (!view.isRecovering() && holders.stream().noneMatch(h -> h.name().equals(source.name()))) {
            return List.of();
        }
        Set<StoreEntry> targets = new HashSet<>();
        holders.stream().filter(h -> h.state() == StoreState.SYNCING).forEach(targets::add);
        view.nextHolders(home.get()).stream()
                .filter(next -> !next.isDown() && !holders.contains(next))
                .forEach(targets::add);
        targets.remove(source);
        return targets.stream().flatMap(t -> connection(t).stream()).toList();
    }

    /** Whether every store that is copied to is there, in the life the view speaks of. */
    private boolean targetsAreWhole(View view) {
        return view.entries().stream()
                .filter(entry ->
                        entry.state() == StoreState.SYNCING || (entry.next() && !entry.placed() && !entry.isDown()))
                .allMatch(entry -> connection(entry)
                        .filter(store -> store.up() && store.incarnation().equals(entry.incarnation()))
                        .isPresent());
    }

    private Optional<MemcachedConnection> connection(StoreEntry entry) {
        return ring.get().stream()
                .filter(store -> store.node().name().equals(entry.name()))
                .findFirst();
    }
}
