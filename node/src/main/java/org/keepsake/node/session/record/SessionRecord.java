package org.keepsake.node.session.record;

import java.util.Map;
import java.util.TreeMap;

/**
 * One session as the stores keep it. Immutable.
 *
 * <p>Two records of one session are joined by {@link #merge}, which is commutative, associative and idempotent: in
 * whatever order copies meet, and however often, they become the same record.
 *
 * @param id what the cookie names, without the route: {@code <sid>-<store>}
 * @param flags see the constants; bits of later versions are carried through
 * @param creationTime milliseconds since 1970
 * @param maxInactive seconds without a request after which the session ends; zero or less means never
 * @param maxInactiveStamp which write {@code maxInactive} is; of a tombstone, who ended the session
 * @param longestMaxInactive the longest {@code maxInactive} the session ever had, {@link #FOREVER} if it ever was
 *     without limit: a tombstone must outlive every expiry the record was given
 * @param attributes by name, in ascending order of the names, and immutable; empty if it is a tombstone
 * @param movedTo the id under which the session goes on, "" if this is its id; with attributes, the move has begun and
 *     whoever meets it finishes it; of a tombstone, where writes go whose requests still knew the old id
 */
public record SessionRecord(
        String id,
        int flags,
        long creationTime,
        int maxInactive,
        Stamp maxInactiveStamp,
        int longestMaxInactive,
        Map<String, Attribute> attributes,
        String movedTo) {

    /** The session has ended; this is all that is left of it, and it wins every merge. */
    public static final int TOMBSTONE = 1;
    /** The session has, or is getting, another id. */
    public static final int MOVING = 1 << 1;
    /** Reserved: what follows the header is compressed. */
    public static final int COMPRESSED = 1 << 2;
    /** Reserved: what follows the header is encrypted. */
    public static final int ENCRYPTED = 1 << 3;
    /** Reserved: the client has not yet come back with the id. */
    public static final int NEW = 1 << 4;
    /** Reserved: an authenticated user is among the attributes. */
    public static final int HAS_PRINCIPAL = 1 << 5;

    /** The {@code longestMaxInactive} of a session that was once allowed to live for ever. */
    public static final int FOREVER = Integer.MAX_VALUE;

    public SessionRecord {
        if (flags < 0 || flags > 0xFFFF) {
            throw new IllegalArgumentException("session flags " + flags + ": are not between 0 and 65535");
        }
        if (!movedTo.isEmpty() && (flags & MOVING) == 0) {
            throw new IllegalArgumentException("session " + id + ": has another id and is not moving");
        }
        attributes = (flags & TOMBSTONE) != 0 ? Attributes.NONE : Attributes.of(attributes);
        longestMaxInactive = Math.max(longestMaxInactive, maxInactive > 0 ? maxInactive : FOREVER);
    }

    /** A session that has its id for good. */
    public SessionRecord(
            String id,
            int flags,
            long creationTime,
            int maxInactive,
            Stamp maxInactiveStamp,
            int longestMaxInactive,
            Map<String, Attribute> attributes) {
        this(id, flags, creationTime, maxInactive, maxInactiveStamp, longestMaxInactive, attributes, "");
    }

    /** A session without attributes, made now. */
    public static SessionRecord created(String id, long creationTime, int maxInactive) {
        return new SessionRecord(id, 0, creationTime, maxInactive, Stamp.NONE, 0, Attributes.NONE);
    }

    /** Whether the session has ended. */
    public boolean isTombstone() {
        return (flags & TOMBSTONE) != 0;
    }

    /** Whether the session goes on under another id, or will as soon as somebody finishes the move. */
    public boolean isMoved() {
        return !movedTo.isEmpty();
    }

    /** The stamp of an attribute, {@link Stamp#NONE} if it was never there. */
    public Stamp stampOf(String name) {
        Attribute attribute = attributes.get(name);
        return attribute == null ? Stamp.NONE : attribute.stamp();
    }

    /** This record with some attributes replaced or added. */
    public SessionRecord with(Map<String, Attribute> written) {
        return withAttributes(Attributes.of(attributes).with(written));
    }

    /** This record with other attributes. */
    public SessionRecord withAttributes(Map<String, Attribute> others) {
        return new SessionRecord(
                id, flags, creationTime, maxInactive, maxInactiveStamp, longestMaxInactive, others, movedTo);
    }

    /** This record with another time-out in seconds, zero or less for none. */
    public SessionRecord withMaxInactive(int seconds, Stamp stamp) {
        return new SessionRecord(id, flags, creationTime, seconds, stamp, longestMaxInactive, attributes, movedTo);
    }

    /** The same session under another id, which it has for good. */
    public SessionRecord withId(String otherId) {
        return new SessionRecord(
                otherId, flags & ~MOVING, creationTime, maxInactive, maxInactiveStamp, longestMaxInactive, attributes);
    }

    /** This session as it is left under its old id while it gets another one. */
    public SessionRecord movingTo(String otherId) {
        return new SessionRecord(
                id,
                flags | MOVING,
                creationTime,
                maxInactive,
                maxInactiveStamp,
                longestMaxInactive,
                attributes,
                otherId);
    }

    /** The end of this session, declared by {@code writer}. */
    public SessionRecord tombstone(long writer) {
        return new SessionRecord(
                id,
                flags | TOMBSTONE,
                creationTime,
                maxInactive,
                maxInactiveStamp.next(true, writer),
                longestMaxInactive,
                Attributes.NONE,
                movedTo);
    }

    /**
     * Joins two records of one session: a tombstone wins; otherwise, attribute by attribute, the higher stamp. Of two
     * moves, of which only one can have been told to anybody, the higher id.
     *
     * @throws IllegalArgumentException if they are records of different sessions
     */
    @SuppressWarnings("ReferenceEquality") // mostly nothing has changed
    public static SessionRecord merge(SessionRecord a, SessionRecord b) {
        if (a == b) {
            return a;
        }
        if (!a.id.equals(b.id)) {
            throw new IllegalArgumentException("sessions " + a.id + " and " + b.id + ": are not the same");
        }
        SessionRecord later = compareMaxInactive(a, b) >= 0 ? a : b;
        return new SessionRecord(
                a.id,
                a.flags | b.flags,
                Math.min(a.creationTime, b.creationTime),
                later.maxInactive,
                later.maxInactiveStamp,
                Math.max(a.longestMaxInactive, b.longestMaxInactive),
                Attributes.greater(Attributes.of(a.attributes), Attributes.of(b.attributes)),
                a.movedTo.compareTo(b.movedTo) >= 0 ? a.movedTo : b.movedTo);
    }

    /**
     * Joins a believed record and one that is not: as {@link #merge}, but of two writes that did not see each other the
     * believed one stays, whoever wrote them. For a store that missed writes and may have some that were never
     * acknowledged.
     */
    public static SessionRecord mergeInto(SessionRecord believed, SessionRecord other) {
        Map<String, Attribute> seenByOther = new TreeMap<>();
        other.attributes.forEach((name, attribute) -> {
            if (attribute.stamp().counter() > believed.stampOf(name).counter()) {
                seenByOther.put(name, attribute);
            }
        });
        SessionRecord left = other.isTombstone() ? other : other.withAttributes(seenByOther);
        if (left.maxInactiveStamp.counter() <= believed.maxInactiveStamp.counter() && !other.isTombstone()) {
            left = left.withMaxInactive(believed.maxInactive, believed.maxInactiveStamp);
        }
        return merge(believed, left);
    }

    private static int compareMaxInactive(SessionRecord a, SessionRecord b) {
        int order = a.maxInactiveStamp.compareTo(b.maxInactiveStamp);
        return order != 0 ? order : Integer.compare(a.maxInactive, b.maxInactive);
    }
}
