package org.keepsake.node.session.repository;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.keepsake.node.session.record.MalformedRecord;
import org.keepsake.node.session.record.NewerRecord;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.view.Belief;
import org.keepsake.node.session.view.KeptView;

/**
 * Looks into the stores themselves, past every fault, as nobody in a simulation can: what is CLEAN must have all that
 * was promised at any moment, not only when the next reading has repaired it.
 */
final class StoreInspector {

    private static final String VIEW = Belief.VIEW_KEY;

    private final Schedule schedule;
    private final List<SimulatedStore> stores;
    private final List<SimulatedSession> sessions;
    private CompletableFuture<Void> change = new CompletableFuture<>();

    /** A believed copy at one moment; {@code losses} tells whether the store lost it since. */
    record Copy(SimulatedStore store, long losses) {}

    /** @param sessions those there are, more may come */
    StoreInspector(Schedule schedule, List<SimulatedStore> stores, List<SimulatedSession> sessions) {
        this.schedule = schedule;
        this.stores = stores;
        this.sessions = sessions;
        stores.forEach(store -> store.atView(this::viewWritten));
    }

    private void viewWritten() {
        sessions.forEach(this::check);
        CompletableFuture<Void> now = change;
        change = new CompletableFuture<>();
        boolean unused = now.complete(null);
    }

    /** Completed when a store is given the next view. */
    CompletableFuture<Void> nextView() {
        return change;
    }

    /** Every believed copy has what was acknowledged so far. */
    void check(SimulatedSession session) {
        if (session.isMoving()) {
            return;
        }
        for (SimulatedStore store : believed(session.id())) {
            Optional<SessionRecord> copy = copy(store, session.id());
            if (copy.filter(SessionRecord::isTombstone).isEmpty()) {
                session.check(session.promise(), copy, schedule.millis(), "in " + store.name() + ", which is believed");
            }
        }
    }

    /** The copies of a session that whoever reads it now has to believe; see {@link #haveAll}. */
    List<Copy> copies(SessionId id) {
        List<SimulatedStore> believed = believed(id);
        return believed.stream()
                .filter(store -> isDecided(store, believed, id))
                .map(store -> new Copy(store, store.losses()))
                .toList();
    }

    /** Whether those that were believed before a reading, and still are, have what was read: what differed is repaired. */
    boolean haveAll(List<Copy> before, SessionId id, SessionRecord read) {
        List<SimulatedStore> now = believed(id);
        return before.stream()
                .filter(copy -> now.contains(copy.store())
                        && copy.losses() == copy.store().losses())
                .allMatch(copy -> copy(copy.store(), id)
                        .filter(there -> there.isTombstone()
                                || SessionRecord.merge(there, read).equals(there))
                        .isPresent());
    }

    /** While a view is being decided it is on some of the believed stores only; what it adds is told of it last. */
    private static boolean isDecided(SimulatedStore store, List<SimulatedStore> believed, SessionId id) {
        return believed.stream()
                .filter(other -> other != store)
                .allMatch(other -> store.life()
                        .equals(lives(Optional.ofNullable(other.value(VIEW)), id)
                                .get(store.name())));
    }

    private static Map<String, String> lives(Optional<byte[]> view, SessionId id) {
        return view.map(bytes -> KeptView.decode(bytes).believed(id.store())).orElse(Map.of());
    }

    private static Optional<SessionRecord> copy(SimulatedStore store, SessionId id) {
        if (!store.has(id)) {
            return Optional.empty();
        }
        try {
            return Optional.of(RecordCodec.PLAIN.decode(id.toString(), store.bytes(id)));
        } catch (MalformedRecord | NewerRecord e) {
            throw new AssertionError(e);
        }
    }

    /** The stores that the newest view believes, in the life it speaks of; not those that just lost the session. */
    List<SimulatedStore> believed(SessionId id) {
        Optional<byte[]> newest = stores.stream()
                .flatMap(store -> Optional.ofNullable(store.value(VIEW)).stream())
                .max(Comparator.comparingLong(view -> KeptView.decode(view).number()));
        Map<String, String> lives = lives(newest, id);
        List<SimulatedStore> believed = new ArrayList<>();
        for (SimulatedStore store : stores) {
            if (Objects.equals(lives.get(store.name()), store.life()) && !store.hasLost(id)) {
                believed.add(store);
            }
        }
        return believed;
    }
}
