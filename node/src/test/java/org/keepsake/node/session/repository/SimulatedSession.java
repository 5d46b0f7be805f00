package org.keepsake.node.session.repository;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.repository.Scenario.Trait;

/** A session as its clients know it: what was promised to them, and whether a reading keeps it. */
final class SimulatedSession {

    private static final String COUNTER = "counter";

    private final Set<String> acknowledged = new HashSet<>();
    private final Set<String> removed = new HashSet<>();
    private SessionId id;
    private String route = "";
    private long highest;
    private int endings;
    private boolean ended;
    private int toldDestroyed;
    private int moving;
    private final List<Locked> locked = new ArrayList<>();
    private final Set<Long> counted = new HashSet<>();
    private final List<SessionId> former = new ArrayList<>();

    /** What breaks when two things fail at once, as is said in the documents. */
    private final boolean mayLose;

    /** Where locks are in stores that stay up, they are only lost by who stands still. */
    private final boolean storesFail;

    private int losses;

    /** Virtual time of the last use that was acknowledged, and seconds a session lives without. */
    private long lastUse;

    private final long maxInactive;

    SimulatedSession(SessionId id, Scenario scenario, long now) {
        this.id = id;
        this.mayLose = scenario.has(Trait.TWO_FAULTS);
        this.storesFail = scenario.has(Trait.NODE_FAULT_TOO);
        this.maxInactive = scenario.maxInactive();
        this.lastUse = now;
    }

    int losses() {
        return losses;
    }

    /** A use of the session that began at this time, in milliseconds, was acknowledged. */
    void used(long since) {
        lastUse = Math.max(lastUse, since);
    }

    private boolean mayHaveExpired(long now) {
        return now - lastUse >= maxInactive * 1_000;
    }

    SessionId id() {
        return id;
    }

    /** Somebody begins to give it another id; until its client is told which, none leads to it. */
    void moving() {
        moving++;
    }

    /** Whether somebody is giving it another id, or tried to and did not hear what came of it. */
    boolean isMoving() {
        return moving > 0;
    }

    /** Its client was told the new id. */
    void moved(SessionId to) {
        moving--;
        former.add(id);
        id = to;
    }

    /** Ids that lead nowhere any more. */
    List<SessionId> former() {
        return List.copyOf(former);
    }

    /** The node that served it last. */
    String route() {
        return route;
    }

    void route(String node) {
        route = node;
    }

    /** What a request that begins now has to find. */
    record Promise(
            SessionId id, Set<String> there, Set<String> gone, long atLeast, boolean mayHaveEnded, boolean hasEnded) {}

    Promise promise() {
        return new Promise(id, Set.copyOf(acknowledged), Set.copyOf(removed), highest, endings > 0, ended);
    }

    /** Checks what a request found, or a look into a store. */
    void check(Promise promise, Optional<SessionRecord> found, long now, String where) {
        if (found.isEmpty()) {
            require(
                    promise.mayHaveEnded()
                            || endings > 0
                            || mayHaveExpired(now)
                            || moving > 0
                            || !promise.id().equals(id),
                    "there was said to be no session",
                    where);
            return;
        }
        SessionRecord seen = found.get();
        require(!promise.hasEnded(), "a session that was ended came back", where);
        for (String name : promise.there()) {
            require(has(seen, name) || !acknowledged.contains(name), "acknowledged " + name + " is not there", where);
        }
        for (String name : promise.gone()) {
            require(!has(seen, name), "attribute " + name + " came back after its removal", where);
        }
        long count = counter(seen);
        require(count >= promise.atLeast(), "the counter went back from " + promise.atLeast() + " to " + count, where);
    }

    private void require(boolean kept, String broken, String where) {
        if (!kept && mayLose) {
            losses++;
        } else if (!kept) {
            throw new AssertionError("session " + id.shortened() + " " + where + ": " + broken);
        }
    }

    private static boolean has(SessionRecord session, String name) {
        Attribute attribute = session.attributes().get(name);
        return attribute != null && !attribute.isRemoved();
    }

    static long counter(SessionRecord session) {
        Attribute counter = session.attributes().get(COUNTER);
        return counter == null ? -1 : ByteBuffer.wrap(counter.bytes()).getLong();
    }

    /** A request's writes: the session as it was handed it with them, and their names. */
    record Written(SessionRecord session, Set<String> names, String own, String removal, long count) {

        /** Whether nothing of it gave way to others' writes. */
        boolean isIn(SessionRecord saved) {
            return names.stream().allMatch(name -> saved.stampOf(name).equals(session.stampOf(name)));
        }
    }

    /** The session as it is created. */
    static SessionRecord created(SessionId id, long now, int maxInactive) {
        return with(SessionRecord.created(id.toString(), now, maxInactive), COUNTER, 0, 0);
    }

    /** Adds an attribute of the writer's own and counts one up. */
    Written write(SessionRecord seen, long writer) {
        String own = "a" + writer;
        long count = counter(seen) + 1;
        SessionRecord mine = with(with(seen, own, writer, writer), COUNTER, count, writer);
        return new Written(mine, Set.of(own, COUNTER), own, "", count);
    }

    /** Also removes an attribute that was acknowledged before. */
    Written writeAndRemove(SessionRecord seen, long writer, long now) {
        Written written = write(seen, writer);
        Optional<String> victim =
                acknowledged.stream().filter(name -> has(seen, name)).sorted().findFirst();
        if (victim.isEmpty()) {
            return written;
        }
        String name = victim.get();
        acknowledged.remove(name);
        Stamp stamp = seen.stampOf(name).next(true, writer);
        SessionRecord without = written.session().with(Map.of(name, Attribute.removed(stamp, now)));
        return new Written(without, Set.of(written.own(), COUNTER, name), written.own(), name, written.count());
    }

    private static SessionRecord with(SessionRecord seen, String name, long value, long writer) {
        Stamp stamp = seen.stampOf(name).next(true, writer);
        byte[] bytes = ByteBuffer.allocate(8).putLong(value).array();
        return seen.with(Map.of(name, new Attribute(stamp, Attribute.LONG, "", bytes)));
    }

    /** The client was told that it is saved. */
    void acknowledge(Written written) {
        acknowledged.add(written.own());
        if (!written.removal().isEmpty()) {
            removed.add(written.removal());
        }
        highest = Math.max(highest, written.count());
    }

    /** The same of a write under a lock: nobody else counted up from what it had seen, even if the lock was lost. */
    void acknowledgeAlone(Written written) {
        require(counted.add(written.count()), "two requests counted to " + written.count(), "under its lock");
        acknowledge(written);
    }

    /** Somebody begins to end it. */
    void ending() {
        endings++;
    }

    /** Somebody was told that there is no session; so it has to stay. */
    void gone(SessionId told) {
        if (told.equals(id) && moving == 0) {
            endings++;
            ended = true;
        }
    }

    /** Somebody was told that it has ended. */
    void ended() {
        ended = true;
    }

    boolean isEnding() {
        return endings > 0;
    }

    /**
     * A request has the lock; one whose process stood still since it asked may have lost it already.
     *
     * @param freezes how often the process had stood still when it asked for it
     */
    Locked lock(SimulatedProcess by, int freezes) {
        Locked mine = new Locked(by, freezes);
        for (Locked other : locked) {
            boolean oneMayHaveLostIt = storesFail || !other.isUndisturbed() || !mine.isUndisturbed();
            require(oneMayHaveLostIt, "two requests have the lock", "on " + other.by() + " and " + by);
        }
        locked.add(mine);
        return mine;
    }

    /** A request is about to give the lock back. */
    void unlock(Locked mine) {
        locked.remove(mine);
    }

    /** Who has the lock, and how often that process had stood still when it asked for it. */
    record Locked(SimulatedProcess by, int freezes) {
        boolean isUndisturbed() {
            return by.isRunning() && by.freezes() == freezes;
        }
    }

    /** A node was told that it was the one that ended it. */
    void destroyed() {
        require(++toldDestroyed == 1, "two nodes were told that they ended it", "at its end");
    }
}
