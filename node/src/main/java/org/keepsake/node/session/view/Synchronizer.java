package org.keepsake.node.session.view;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.store.ListedKey;
import org.keepsake.node.store.Listing;

/**
 * Copies what a store missed: lists the stores that have everything, and merges each record into the stores that are to
 * have it. Requests go on meanwhile and write to both, so what is listed once need not be listed again. Used by one
 * thread; may be begun again at any time, by any node.
 */
final class Synchronizer {

    private static final System.Logger LOG = System.getLogger(Synchronizer.class.getName());
    private static final List<String> PREFIXES = List.of(CopiedKey.RECORD, CopiedKey.LAST_ACCESS);
    private static final int PASSES = 20;
    private static final long LIST_AGAIN = Duration.ofMinutes(1).toNanos();
    private static final int AT_ONCE = 64;

    private final Supplier<List<MemcachedConnection>> ring;
    private final Timing timing;
    private final CopyBatch batch;

    /** Why stores cannot be listed, as the last copying found out. */
    private final Map<String, String> unlisted = new TreeMap<>();

    /** When stores last said that they do not list what they have, in nanoseconds. */
    private long saidUnlisted;

    /** The last view for which what is in the heap was copied. */
    private long heapCopied;

    /** The last view of which was said what may be lost in it. */
    private long toldOf;

    /** How far a copying came. */
    enum Copied {
        ALL,
        /** All that the stores list; some do not. */
        ALL_LISTED,
        /** It is to be tried again. */
        NOT_YET
    }

    Synchronizer(Supplier<List<MemcachedConnection>> ring, Timing timing, RecordCodec codec) {
        this.ring = ring;
        this.timing = timing;
        this.batch = new CopyBatch(timing, codec);
    }

    /**
     * Copies everything, pass after pass until one finds nothing that was missing: a listing may overlook what moves.
     *
     * @param current whether the view is still the one to go by
     */
    Copied copy(View view, BooleanSupplier current) {
        unlisted.clear();
        for (int pass = 0; pass < PASSES && current.getAsBoolean(); pass++) {
            Optional<Integer> added = pass(view, current);
            if (added.isEmpty()) {
                return Copied.NOT_YET;
            }
            if (added.get() == 0) {
                return targetsAreWhole(view) ? outcome(view) : Copied.NOT_YET;
            }
            LOG.log(Level.INFO, "view {0}: {1} record(s) copied", view.number(), added.get());
        }
        return Copied.NOT_YET;
    }

    /** Whether stores that do not list what they have are to be asked again: an operator can let some of them. */
    boolean isTimeToListAgain() {
        return timing.nanos() - saidUnlisted >= LIST_AGAIN;
    }

    /** When nothing is believed nobody can wait: what is left where it is shows up when it is asked for there. */
    private Copied outcome(View view) {
        if (!unlisted.isEmpty() && view.isRecovering() && toldOf != view.number()) {
            toldOf = view.number();
            LOG.log(
                    Level.WARNING,
                    "{0}: {1} cannot be listed; a session that is in no node''s heap has the copies that are left of it"
                            + " until it is used, and is lost if those are lost before",
                    view,
                    unlisted());
        }
        return unlisted.isEmpty() || view.isRecovering() ? Copied.ALL : Copied.ALL_LISTED;
    }

    /** Which stores cannot be listed, and why. */
    String unlisted() {
        return unlisted.entrySet().stream()
                .map(store -> "store " + store.getKey() + " (" + store.getValue() + ")")
                .collect(Collectors.joining(", "));
    }

    /** Copies what has these keys, once for each view; what cannot be copied now is tried again. */
    void copyListed(View view, Supplier<List<ListedKey>> keys, BooleanSupplier current) {
        if (view.isRecovering() || heapCopied == view.number() || !targetsAreWhole(view)) {
            return;
        }
        Map<StoreEntry, List<ListedKey>> bySource = new LinkedHashMap<>();
        for (ListedKey key : keys.get()) {
            CopiedKey.home(key.key()).map(view::holders).stream()
                    .flatMap(List::stream)
                    .filter(StoreEntry::isClean)
                    .findFirst()
                    .ifPresent(source -> bySource.computeIfAbsent(source, s -> new ArrayList<>())
                            .add(key));
        }
        int added = 0;
        for (Map.Entry<StoreEntry, List<ListedKey>> source : bySource.entrySet()) {
            Optional<Integer> here = connection(source.getKey())
                    .flatMap(store -> copy(view, source.getKey(), store, source.getValue(), current));
            if (here.isEmpty()) {
                return;
            }
            added += here.get();
        }
        heapCopied = view.number();
        LOG.log(Level.INFO, "view {0}: {1} record(s) of sessions in the heap copied", view.number(), added);
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
        if (unlisted.containsKey(entry.name())) {
            return Optional.of(0);
        }
        if (!source.up()) {
            return Optional.empty();
        }
        CompletableFuture<Listing> listing = source.list(PREFIXES);
        timing.await(listing);
        Listing listed = listing.join();
        if (listed instanceof Listing.Impossible impossible) {
            unlisted.put(entry.name(), impossible.why());
            saidUnlisted = timing.nanos();
            return Optional.of(0);
        }
        if (listed instanceof Listing.Keys keys) {
            return copy(view, entry, source, keys.keys(), current);
        }
        if (listed instanceof Listing.Failed failed) {
            LOG.log(Level.INFO, "store {0}: the listing broke off, trying again: {1}", entry.name(), failed.why());
        }
        return Optional.empty();
    }

    /** How many of these keys of a source were missing somewhere; empty if not all could be looked at. */
    private Optional<Integer> copy(
            View view, StoreEntry entry, MemcachedConnection source, List<ListedKey> keys, BooleanSupplier current) {
        Map<MemcachedConnection, List<ListedKey>> wanted = new LinkedHashMap<>();
        for (ListedKey key : keys) {
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
