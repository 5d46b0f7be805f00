package org.keepsake.node.session;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.session.transcoder.AttributeCodec;
import org.keepsake.node.session.transcoder.GraphCodec;

/**
 * The attributes that one request was handed, and what it wrote. Thread-safe.
 *
 * <p>An attribute is handed out when the request first asks for it, and stays that object for the rest of the request.
 * Its stamp at that moment is what the request has seen, so a write counts one more than it; the stamp of an attribute
 * that is set unread is the one of the record the request began with. The encoding at that moment is what a later
 * encoding is compared with, to find what was changed in place.
 */
final class HandedAttributes {

    private final RequestSession session;
    private final HeldSession held;
    private final SessionRecord begun;
    private final AttributeObjects objects;
    private final Timing timing;

    /** Guarded by this, which is taken before the monitor of {@link #held}. */
    private final Map<String, Handed> handed = new HashMap<>();

    /** Of attributes that are encoded together: the write this request has seen or made. */
    private Stamp graphSeen;

    /** How they were encoded when the first that can change in place was handed out; null if none was. */
    private @Nullable Attribute graphBefore;

    /**
     * What this request has of one attribute.
     *
     * @param value null if it removed it
     * @param stamp what it has seen or written
     * @param encoding how it was encoded when handed out; null if that cannot change or cannot be told
     * @param dirty set or removed by this request and not yet collected
     */
    private record Handed(
            @Nullable Object value, Stamp stamp, @Nullable Attribute encoding, boolean dirty) {

        /** Whether it may be something else by now than what the session has. */
        boolean mayDiffer() {
            return dirty || encoding != null;
        }
    }

    /** @param begun the session when the request began */
    HandedAttributes(RequestSession session, SessionRecord begun, AttributeObjects objects, Timing timing) {
        this.session = session;
        this.held = session.held();
        this.begun = begun;
        this.objects = objects;
        this.timing = timing;
        this.graphSeen = begun.stampOf(GraphCodec.ATTRIBUTE);
    }

    /** The object of an attribute, the same each time; null if there is none. */
    @Nullable
    Object get(String name) {
        synchronized (this) {
            Handed mine = handed.get(name);
            if (mine != null) {
                return mine.value();
            }
        }
        boolean unusedWhether = objects.open(session);
        HeldSession.Live live = objects.live(session, name);
        if (live == null) {
            return null;
        }
        if (live.value() == null) {
            synchronized (this) {
                // What it sets from now on supersedes the removal it has seen.
                handed.putIfAbsent(name, new Handed(null, live.stamp(), null, false));
            }
            return null;
        }
        if (objects.isGraph()) {
            return ofGraph(name, live);
        }
        Attribute encoding = isMutable(live.value()) ? objects.encodingOf(held, name, live) : null;
        synchronized (this) {
            return handed.computeIfAbsent(name, n -> new Handed(live.value(), live.stamp(), encoding, false))
                    .value();
        }
    }

    private @Nullable Object ofGraph(String name, HeldSession.Live live) {
        synchronized (this) {
            graphSeen = later(graphSeen, live.stamp());
            if (graphBefore == null && isMutable(live.value())) {
                graphBefore = objects.encodeGraph(session, held.values(), graphSeen);
            }
            return handed.computeIfAbsent(name, n -> new Handed(live.value(), live.stamp(), null, false))
                    .value();
        }
    }

    private static Stamp later(Stamp a, Stamp b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static boolean isMutable(@Nullable Object value) {
        return value != null && !AttributeCodec.isImmutable(value);
    }

    /** Names of all attributes this request finds. */
    Set<String> names() {
        boolean unusedWhether = objects.open(session);
        Set<String> names = held.names();
        synchronized (this) {
            handed.forEach((name, mine) -> {
                if (mine.value() == null) {
                    names.remove(name);
                } else {
                    names.add(name);
                }
            });
        }
        names.removeIf(name -> get(name) == null);
        return names;
    }

    /** Whether there is an attribute of which no object can be made here; it can still be replaced or removed. */
    boolean isUndecodable(String name) {
        synchronized (this) {
            if (handed.containsKey(name)) {
                return false;
            }
        }
        return held.live(name) == null && held.encoded(name) != null;
    }

    /** Sets an attribute, or removes it by null. */
    synchronized void write(String name, @Nullable Object value) {
        Handed mine = handed.get(name);
        Stamp seen = mine == null ? begun.stampOf(name) : mine.stamp();
        if (objects.isGraph() && (mine == null || !mine.dirty())) {
            seen = graphSeen;
        }
        Stamp stamp = mine != null && mine.dirty() ? seen : seen.next(true, session.writer());
        handed.put(name, new Handed(value, stamp, null, true));
        held.put(name, new HeldSession.Live(value, stamp, null));
    }

    /** What was written since this was last asked, explicitly or in place. */
    Map<String, Attribute> collect() {
        return objects.isGraph() ? collectGraph() : collectEach();
    }

    private synchronized Map<String, Attribute> collectGraph() {
        boolean dirty = handed.values().stream().anyMatch(Handed::dirty);
        if (!dirty && graphBefore == null) {
            return Map.of();
        }
        boolean unusedWhether = objects.open(session);
        Map<String, Object> values = held.values();
        handed.forEach((name, mine) -> {
            if (mine.dirty() && mine.value() != null) {
                values.put(name, mine.value());
            } else if (mine.dirty()) {
                values.remove(name);
            }
        });
        Stamp stamp = graphSeen.next(dirty, session.writer());
        Attribute now = objects.saveGraph(session, values, stamp);
        boolean same = now == null || (!dirty && graphBefore != null && now.sameContent(graphBefore));
        if (now != null && !same) {
            held.encodedTogether(stamp);
            graphSeen = stamp;
            graphBefore = graphBefore == null ? null : now;
        }
        Stamp seen = graphSeen;
        handed.replaceAll((name, mine) -> new Handed(mine.value(), seen, null, false));
        return now == null || same ? Map.of() : Map.of(GraphCodec.ATTRIBUTE, now);
    }

    private Map<String, Attribute> collectEach() {
        Map<String, Handed> before = new HashMap<>();
        synchronized (this) {
            handed.forEach((name, mine) -> {
                if (mine.mayDiffer()) {
                    before.put(name, mine);
                }
            });
        }
        Map<String, Attribute> written = new TreeMap<>();
        before.forEach((name, mine) -> {
            Attribute attribute = mine.dirty() ? explicit(name, mine) : detected(name, mine);
            if (attribute != null) {
                written.put(name, attribute);
            }
        });
        return written;
    }

    private @Nullable Attribute explicit(String name, Handed mine) {
        if (mine.value() == null) {
            clean(name, mine, mine.stamp(), null);
            return removed(mine);
        }
        Attribute attribute = objects.encode(session, name, mine.value(), mine.stamp());
        if (attribute == null) {
            clean(name, mine, mine.stamp(), null);
            return held.encoded(name) == null ? null : removed(mine);
        }
        held.encodedAs(name, mine.value(), attribute);
        clean(name, mine, mine.stamp(), isMutable(mine.value()) ? attribute : null);
        return attribute;
    }

    private Attribute removed(Handed mine) {
        return Attribute.removed(mine.stamp(), timing.millis());
    }

    private @Nullable Attribute detected(String name, Handed mine) {
        if (mine.encoding() == null || mine.value() == null) {
            return null;
        }
        Attribute now = objects.encode(session, name, mine.value(), mine.stamp());
        if (now == null || now.sameContent(mine.encoding())) {
            return null;
        }
        Stamp stamp = seenIn(name, mine).next(false, session.writer());
        Attribute attribute = now.withStamp(stamp);
        held.encodedAs(name, mine.value(), attribute);
        clean(name, mine, stamp, attribute);
        return attribute;
    }

    /** An object that is still the shared one holds what parallel requests changed in it, and so their writes. */
    private Stamp seenIn(String name, Handed mine) {
        HeldSession.Live live = held.live(name);
        if (live == null || live.value() != mine.value() || live.stamp().compareTo(mine.stamp()) <= 0) {
            return mine.stamp();
        }
        return live.stamp();
    }

    /** Notes that a change was collected, unless the application wrote again meanwhile. */
    @SuppressWarnings("ReferenceEquality") // the very note that was collected, not one that reads the same
    private synchronized void clean(String name, Handed before, Stamp stamp, @Nullable Attribute encoding) {
        handed.computeIfPresent(
                name, (n, current) -> current == before ? new Handed(before.value(), stamp, encoding, false) : current);
    }
}
