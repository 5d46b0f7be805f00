package org.keepsake.node.session;

import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.repository.Remembered;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.restart.SavedSession;
import org.keepsake.node.session.restart.SessionFile;
import org.keepsake.node.session.time.Timing;

/**
 * The sessions of one application from a clean stop of its node to its next start, as with Tomcat's StandardManager. Used
 * by the thread that deploys, while no request is served.
 */
final class SavedSessions {

    private static final System.Logger LOG = System.getLogger(SavedSessions.class.getName());

    private final SessionFile file;
    private final HeapSessions heap;
    private final AttributeObjects objects;
    private final Function<HeldSession, RequestSession> outside;
    private final Timing timing;

    /** @param outside a session as somebody has it who is in no request */
    SavedSessions(
            SessionFile file,
            HeapSessions heap,
            AttributeObjects objects,
            Function<HeldSession, RequestSession> outside,
            Timing timing) {
        this.file = file;
        this.heap = heap;
        this.objects = objects;
        this.outside = outside;
        this.timing = timing;
    }

    /**
     * Brings back what was saved, however many sessions may begin here. Their objects are made at once, as on Tomcat: some
     * want to be told when the application starts, and not when their user comes.
     */
    void restore() {
        file.take().forEach(this::restore);
        heap.all().forEach(this::wake);
    }

    /** A clock that was set back since must not prolong it. */
    private void restore(SavedSession saved) {
        Remembered there = new Remembered(saved.record(), new byte[0], Map.of());
        boolean unusedWhether =
                heap.add(new HeldSession(saved.id(), there, Math.min(saved.lastAccess(), timing.millis())));
    }

    private void wake(HeldSession held) {
        try {
            objects.makeAll(outside.apply(held));
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "session {0}: an object that was told that it is back failed: {1}",
                    held.id().shortened(),
                    e);
        }
    }

    /** Saves what is in the heap, once its objects were told. */
    void save() {
        file.save(heap.all().stream()
                .filter(SavedSessions::livesOn)
                .flatMap(this::saved)
                .iterator());
    }

    /** One that nobody uses and that was never saved is left behind by a request that failed. */
    private static boolean livesOn(HeldSession held) {
        return !held.isEnding() && (held.isStored() || held.users.get() > 0);
    }

    private Stream<SavedSession> saved(HeldSession held) {
        SessionId id = held.id();
        try {
            Map<String, Attribute> attributes = objects.encodeAll(outside.apply(held));
            return Stream.of(
                    new SavedSession(id, held.record().withAttributes(attributes), Math.max(0, held.lastAccess())));
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "session {0}: cannot be saved and ends with this node: {1}", id.shortened(), e);
            return Stream.of();
        }
    }
}
