package org.keepsake.node.session.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which view follows from what is known, if any: one change at a time. Used by one thread.
 *
 * @param view the present one
 * @param facts what all nodes know
 * @param lost whether a store has been out of reach of some node for longer than a blip
 * @param away whether a store has been away for so long that others are to take its place
 * @param copied whether everything was copied that this view wants copied, or what was not has expired
 * @param longest for how many seconds stores keep any session after its last use, 0 where nobody needs to know it
 * @param failover whether a store that comes in is a failover store
 * @param newId makes the id of a view
 */
record ViewRules(
        View view,
        Facts facts,
        Predicate<String> lost,
        Predicate<String> away,
        boolean copied,
        int longest,
        Set<String> failover,
        Supplier<String> newId) {

    /** The next view, and which stores must be out of everybody's reach for it to be decided. */
    record Proposal(View next, Set<String> unreached) {}

    Optional<Proposal> next() {
        if (facts.disagree()) {
            return recovering();
        }
        return view.isRecovering() ? whileRecovering() : usual();
    }

    private Optional<Proposal> usual() {
        Set<String> gone = names(entry -> entry.isClean() && isAnotherLife(entry));
        Set<String> missing =
                names(entry -> entry.isClean() && lost.test(entry.name()) && facts.isReachedByNone(entry.name()));
        return gone.isEmpty() && missing.isEmpty() ? calm().findFirst() : without(gone, missing);
    }

    /**
     * Goes on without stores that lost everything and without those that cannot be reached, if what they had is
     * elsewhere. If not, the ones that cannot be reached are waited for, as long as that may take.
     */
    private Optional<Proposal> without(Set<String> gone, Set<String> missing) {
        View next = next(view.entries().stream()
                .map(entry -> gone.contains(entry.name())
                        ? comesBack(entry)
                        : missing.contains(entry.name()) ? down(entry) : entry)
                .toList());
        if (next.keepsAHolderOfAllOf(view)) {
            return Optional.of(new Proposal(next, missing));
        }
        return missing.stream().allMatch(away) ? recovering() : Optional.empty();
    }

    private Set<String> names(Predicate<StoreEntry> which) {
        return view.entries().stream().filter(which).map(StoreEntry::name).collect(Collectors.toSet());
    }

    private Stream<Proposal> calm() {
        return Stream.<Supplier<Optional<Proposal>>>of(
                        this::notSyncing, this::copiedAll, this::back, this::replaced, this::added, this::keepsLonger)
                .flatMap(rule -> rule.get().stream());
    }

    private Optional<Proposal> whileRecovering() {
        boolean any = view.entries().stream().anyMatch(entry -> entry.state() == StoreState.SYNCING);
        boolean done = any && copied && facts.allRecovered(view.number());
        return notSyncing()
                .or(() -> done ? settled() : Optional.empty())
                .or(this::back)
                .or(this::added);
    }

    /** A store that is being filled must get every write: it is left out as soon as one node cannot reach it. */
    private Optional<Proposal> notSyncing() {
        return view.entries().stream()
                .filter(entry -> entry.state() == StoreState.SYNCING || (!entry.placed() && !entry.isDown()))
                .filter(entry -> isLost(entry) || isAnotherLife(entry))
                .findFirst()
                .flatMap(entry -> changed(comesBack(entry)));
    }

    /** Nothing was placed yet on a store that was to come in: it does not, until it is back. */
    private static StoreEntry down(StoreEntry entry) {
        return entry.placed()
                ? entry.in(StoreState.DOWN)
                : entry.in(StoreState.DOWN).placed(false, false);
    }

    private boolean isLost(StoreEntry entry) {
        return lost.test(entry.name()) && life(entry).isEmpty();
    }

    private Optional<Proposal> copiedAll() {
        return view.isUnsettled() && copied ? settled() : Optional.empty();
    }

    /** What was copied is believed, and where it was copied to is where it belongs. */
    private Optional<Proposal> settled() {
        List<StoreEntry> entries = new ArrayList<>();
        for (StoreEntry entry : view.entries()) {
            if (entry.state() == StoreState.SYNCING && !life(entry).equals(entry.incarnation())) {
                return Optional.empty();
            }
            StoreState state = entry.state() == StoreState.SYNCING ? StoreState.CLEAN : entry.state();
            entries.add(entry.in(state).placed(entry.next(), entry.next()));
        }
        return Optional.of(new Proposal(next(entries), Set.of()));
    }

    /** A store that was down is reached by all: it gets every write from now on, and what it missed. */
    private Optional<Proposal> back() {
        return view.entries().stream()
                .filter(entry -> entry.isDown() && !life(entry).isEmpty())
                .findFirst()
                .flatMap(entry -> changed(comesBack(entry)));
    }

    /** One that holds nothing yet has nothing to miss. */
    private StoreEntry comesBack(StoreEntry entry) {
        String life = life(entry);
        if (life.isEmpty()) {
            return down(entry);
        }
        return entry.placed()
                ? entry.in(StoreState.SYNCING, life).placed(true, true)
                : entry.in(view.isRecovering() ? StoreState.SYNCING : StoreState.CLEAN, life)
                        .placed(view.isRecovering(), true);
    }

    /** Its sessions get their second copy on the next store of the ring, if there is one to spare. */
    private Optional<Proposal> replaced() {
        long others = view.entries().stream()
                .filter(entry -> entry.next() && !entry.isDown())
                .count();
        return view.entries().stream()
                .filter(entry -> entry.isDown() && entry.placed() && entry.next())
                .filter(entry -> (others >= 2 && away.test(entry.name()))
                        || (others >= 1 && !facts.known().contains(entry.name())))
                .findFirst()
                .flatMap(entry -> changed(entry.placed(true, false)));
    }

    private Optional<Proposal> added() {
        return facts.known().stream()
                .sorted()
                .filter(name -> view.entry(name).isEmpty())
                .filter(name ->
                        !facts.reachedByAll(name).isEmpty() && view.entries().size() < View.MOST_STORES)
                .findFirst()
                .map(this::joined);
    }

    private Proposal joined(String name) {
        StoreEntry entry = new StoreEntry(
                name,
                failover.contains(name),
                facts.reachedByAll(name),
                view.isRecovering() ? StoreState.SYNCING : StoreState.CLEAN,
                view.isRecovering(),
                true);
        List<StoreEntry> all = new ArrayList<>(view.entries());
        all.add(entry);
        return new Proposal(next(all), Set.of());
    }

    /** The stores remember it for nodes that have not seen all sessions. */
    private Optional<Proposal> keepsLonger() {
        return longest > view.longest() ? Optional.of(new Proposal(next(view.entries()), Set.of())) : Optional.empty();
    }

    /** Nothing is believed any more; what all stores within reach and all heaps have is put together, and placed there. */
    private Optional<Proposal> recovering() {
        List<StoreEntry> entries = view.entries().stream()
                .map(entry -> life(entry).isEmpty()
                        ? entry.in(StoreState.DOWN).placed(false, false)
                        : entry.in(StoreState.SYNCING, life(entry)).placed(true, true))
                .toList();
        if (entries.stream().allMatch(StoreEntry::isDown)) {
            return Optional.empty();
        }
        View next = view.reunion(newId.get(), facts.views(), entries).keepingFor(longest);
        return Optional.of(new Proposal(next, Set.of()));
    }

    private Optional<Proposal> changed(StoreEntry entry) {
        return Optional.of(new Proposal(view.next(newId.get(), entry).keepingFor(longest), Set.of()));
    }

    private View next(List<StoreEntry> entries) {
        return view.next(newId.get(), entries).keepingFor(longest);
    }

    private String life(StoreEntry entry) {
        return facts.reachedByAll(entry.name());
    }

    private boolean isAnotherLife(StoreEntry entry) {
        return facts.isAnotherLife(entry.name(), entry.incarnation());
    }
}
