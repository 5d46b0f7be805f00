package org.keepsake.node.session.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Which view follows from what is known, if any: one change at a time. Used by one thread.
 *
 * @param view the present one
 * @param facts what all nodes know
 * @param lost whether a store has been out of reach of some node for longer than a blip
 * @param away whether a store has been away for so long that others are to take its place
 * @param copied whether everything was copied that this view wants copied
 * @param failover whether a store that comes in is a failover store
 * @param newId makes the id of a view
 */
record ViewRules(
        View view,
        Facts facts,
        Predicate<String> lost,
        Predicate<String> away,
        boolean copied,
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
        for (StoreEntry entry : view.entries()) {
            if (entry.isClean() && isAnotherLife(entry)) {
                return view.isOnlyHolder(entry.name()) ? recovering() : changed(comesBack(entry));
            }
        }
        for (StoreEntry entry : view.entries()) {
            if (entry.isClean() && view.isOnlyHolder(entry.name()) && canBeGivenUp(entry)) {
                return recovering();
            }
        }
        return down().or(this::copiedAll).or(this::back).or(this::replaced).or(this::added);
    }

    /** A store that is the only one to have something is waited for, unless it stays away and others are there. */
    private boolean canBeGivenUp(StoreEntry entry) {
        return away.test(entry.name())
                && facts.isReachedByNone(entry.name())
                && view.entries().stream().anyMatch(other -> !life(other).isEmpty());
    }

    private Optional<Proposal> whileRecovering() {
        for (StoreEntry entry : view.entries()) {
            if (entry.state() == StoreState.SYNCING && (isAnotherLife(entry) || isLost(entry))) {
                return changed(comesBack(entry));
            }
        }
        boolean any = view.entries().stream().anyMatch(entry -> entry.state() == StoreState.SYNCING);
        return any && copied && facts.allRecovered(view.number()) ? settled() : back().or(this::added);
    }

    private Optional<Proposal> down() {
        for (StoreEntry entry : view.entries()) {
            boolean isLost = isLost(entry);
            if (entry.isClean() && isLost && facts.isReachedByNone(entry.name()) && !view.isOnlyHolder(entry.name())) {
                StoreEntry down = entry.in(StoreState.DOWN);
                return Optional.of(
                        new Proposal(next(entry.placed() ? down : down.placed(false, false)), Set.of(entry.name())));
            }
            if (entry.state() == StoreState.SYNCING && (isLost || isAnotherLife(entry))) {
                return changed(comesBack(entry));
            }
        }
        return Optional.empty();
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
        return Optional.of(new Proposal(view.next(newId.get(), entries), Set.of()));
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
            return entry.in(StoreState.DOWN);
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
        return new Proposal(view.next(newId.get(), all), Set.of());
    }

    /** Nothing is believed any more; what all stores and heaps have is put together. */
    private Optional<Proposal> recovering() {
        List<StoreEntry> entries = view.entries().stream()
                .map(entry -> life(entry).isEmpty()
                        ? entry.in(StoreState.DOWN)
                        : entry.in(StoreState.SYNCING, life(entry)).placed(true, true))
                .toList();
        if (entries.stream().allMatch(StoreEntry::isDown)) {
            return Optional.empty();
        }
        return Optional.of(new Proposal(view.reunion(newId.get(), facts.views(), entries), Set.of()));
    }

    private Optional<Proposal> changed(StoreEntry entry) {
        return Optional.of(new Proposal(next(entry), Set.of()));
    }

    private View next(StoreEntry entry) {
        return view.next(newId.get(), entry);
    }

    private String life(StoreEntry entry) {
        return facts.reachedByAll(entry.name());
    }

    private boolean isAnotherLife(StoreEntry entry) {
        return facts.isAnotherLife(entry.name(), entry.incarnation());
    }
}
