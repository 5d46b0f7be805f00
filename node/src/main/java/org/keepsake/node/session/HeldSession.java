package org.keepsake.node.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.repository.Expiry;
import org.keepsake.node.session.repository.Remembered;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.transcoder.GraphCodec;

/**
 * One session in the heap of this node, shared by all requests that use it at the same time. Thread-safe.
 *
 * <p>It holds what the stores were last seen to hold, and the objects that were made of it. What a single request was
 * handed, and so what its writes may supersede, is that request's own affair: see {@link RequestSession}.
 */
final class HeldSession {

    /**
     * An attribute as an object.
     *
     * @param value null if it was removed
     * @param stamp the write that this object holds, or will hold once its request saves it
     * @param encoding how the object is encoded as it is now, null if that is not known
     */
    record Live(
            @Nullable Object value, Stamp stamp, @Nullable Attribute encoding) {}

    /** Held by whoever writes the session or changes its id; taken before the monitor, never within it. */
    final ReentrantLock saving = new ReentrantLock();

    /** Requests that use it now. */
    final AtomicInteger users = new AtomicInteger();

    /** Attributes of the container, which never leave the node. */
    final Map<String, Object> local = new ConcurrentHashMap<>();

    /** Guarded by this, as all that follows; changes under {@link #saving}. */
    private SessionId id;

    private SessionRecord record;
    private @Nullable Remembered remembered;
    private final Map<String, Live> live = new HashMap<>();
    private final Set<String> warned = new HashSet<>();

    /** The write whose attributes, encoded together, are all among the objects. */
    private Stamp opened = Stamp.NONE;

    /** Names of attributes that are not in the stores, because they must not or cannot leave the node. */
    private final Set<String> staying = new HashSet<>();

    /** It was given or used what no store knows of, because none was there; and by which attributes. */
    private boolean unstored;

    private final Set<String> unstoredNames = new HashSet<>();

    /** How many milliseconds the session may be unused before the stores are to have that. */
    private long unstoredFor;

    /** The end has begun here: what is still written is not to be saved. */
    private boolean destroying;

    private boolean invalid;

    /** Milliseconds since 1970, as far as this node knows. */
    private long lastAccess;

    /** The one before, 0 if this node knows of none. */
    private long previousAccess;

    /** The {@link ClusterContact} in which this copy may be served unasked; changes under the monitor of the trust. */
    private long trustedIn = ClusterContact.NONE;

    private long trustedSince;

    /** Nobody told that another node served it since this one did; also while this node hears nobody. */
    private boolean lastServedHere;

    /** A save failed, so the stores may hold more than this copy; until they are asked again. */
    private boolean doubtful;

    /** When this node last told the stores of a use, in nanoseconds; means nothing before it was {@link #touched}. */
    private long lastTouch;

    private boolean touched;

    /** A session that no store knows yet. */
    HeldSession(SessionId id, SessionRecord created) {
        this.id = id;
        this.record = created;
        this.lastAccess = created.creationTime();
    }

    /** A session as the stores hold it. */
    HeldSession(SessionId id, Remembered loaded, long now) {
        this.id = id;
        this.record = loaded.record();
        this.remembered = loaded;
        this.lastAccess = now;
    }

    synchronized SessionId id() {
        return id;
    }

    synchronized void moveTo(SessionId newId, Remembered created) {
        id = newId;
        record = created.record();
        remembered = created;
    }

    synchronized void rename(SessionId newId) {
        id = newId;
        record = record.withId(newId.toString());
    }

    synchronized SessionRecord record() {
        return record;
    }

    synchronized @Nullable Remembered remembered() {
        return remembered;
    }

    /** Whether a store has it; otherwise it is new and only here. */
    synchronized boolean isStored() {
        return remembered != null;
    }

    /**
     * Takes over what the stores hold. Objects that a newer write supersedes are let go; those it does not are kept as
     * they are, so that parallel requests go on sharing them.
     */
    @SuppressWarnings("ReferenceEquality") // mostly nothing has changed
    synchronized void refresh(Remembered seen) {
        if (remembered != null && seen.record() == record) {
            remembered = seen;
            return;
        }
        if (!record.id().equals(seen.record().id())) {
            return;
        }
        SessionRecord merged = remembered == null ? seen.record() : SessionRecord.merge(record, seen.record());
        if (merged.equals(seen.record())) {
            remembered = seen;
            record = seen.record();
        } else {
            record = merged;
        }
        live.entrySet()
                .removeIf(entry -> isSuperseded(entry.getKey(), entry.getValue().stamp()));
    }

    private boolean isSuperseded(String name, Stamp stamp) {
        return record.stampOf(name).compareTo(stamp) > 0
                || (record.stampOf(GraphCodec.ATTRIBUTE).compareTo(stamp) > 0 && !staying.contains(name));
    }

    /** The attributes encoded together, if their objects are not there yet. */
    synchronized @Nullable Attribute closedGraph() {
        Attribute graph = encoded(GraphCodec.ATTRIBUTE);
        return graph == null || opened.compareTo(graph.stamp()) >= 0 ? null : graph;
    }

    /**
     * Keeps the objects of all attributes that were encoded together by this write, all or, if another thread was faster,
     * none: they may share others. Returns those that are kept.
     */
    synchronized List<Object> open(Map<String, Object> made, Stamp stamp) {
        List<Object> kept = new ArrayList<>();
        if (opened.compareTo(stamp) >= 0) {
            return kept;
        }
        opened = stamp;
        made.forEach((name, value) -> {
            if (keep(name, new Live(value, stamp, null)).value() == value) {
                kept.add(value);
            }
        });
        return kept;
    }

    /** All objects there are were encoded together by this write. */
    synchronized void encodedTogether(Stamp stamp) {
        opened = stamp;
        live.replaceAll((name, each) ->
                each.stamp().compareTo(stamp) < 0 ? new Live(each.value(), stamp, each.encoding()) : each);
        live.values().removeIf(each -> each.value() == null);
    }

    /** Lets go of all objects but those that only live here: they may hold what was never saved. */
    synchronized void discard() {
        doubtful = true;
        opened = Stamp.NONE;
        live.keySet().retainAll(staying);
        if (remembered != null && !unstored) {
            record = remembered.record();
        }
    }

    /**
     * Goes on with what a request wrote although no store has it.
     *
     * @param idle how many milliseconds it may be unused before the stores are to have it
     */
    synchronized void keep(SessionRecord session, Set<String> written, long idle) {
        record = SessionRecord.merge(record, session);
        unstoredFor = unstored ? Math.min(unstoredFor, idle) : idle;
        unstored = true;
        unstoredNames.addAll(written);
    }

    /** Whether it was given or used what no store knows of. */
    synchronized boolean isUnstored() {
        return unstored;
    }

    /** Whether the stores are to have what is kept: it was not used for so long, or its time is over. */
    synchronized boolean isStoringDue(long now) {
        int maxInactive = record.maxInactive();
        long longest = maxInactive > 0 ? Math.min(unstoredFor, TimeUnit.SECONDS.toMillis(maxInactive)) : unstoredFor;
        return unstored && now - lastAccess >= longest;
    }

    /** Whether what is kept need not be stored before this node goes on with the session. */
    synchronized boolean mayStayUnstored() {
        return unstoredFor > 0;
    }

    /** Whether what is kept waits for a request whose changes are to be stored, however long that takes. */
    synchronized boolean isKeptForTheNext() {
        return unstored && unstoredFor == Long.MAX_VALUE;
    }

    /** Names of the attributes that are newer here than in any store. */
    synchronized Set<String> unstoredNames() {
        return Set.copyOf(unstoredNames);
    }

    /** The stores have everything that was kept; what gave way there to others' writes is let go. */
    synchronized void stored(Remembered now) {
        for (String name : unstoredNames) {
            if (!now.record().stampOf(name).equals(record.stampOf(name))) {
                lose(name, record.stampOf(name));
            }
        }
        unstored = false;
        unstoredNames.clear();
        refresh(now);
    }

    /** The object, if it was made already. */
    synchronized @Nullable Live live(String name) {
        return live.get(name);
    }

    /** The encoded form an object is to be made of, unless there is none or it was removed. */
    synchronized @Nullable Attribute encoded(String name) {
        Attribute attribute = record.attributes().get(name);
        return attribute == null || attribute.isRemoved() ? null : attribute;
    }

    /** Keeps an object made of an encoded form, unless another thread was faster; returns the one that is kept. */
    synchronized Live keep(String name, Live made) {
        Live current = live.get(name);
        if (current != null && current.stamp().compareTo(made.stamp()) >= 0) {
            return current;
        }
        live.put(name, made);
        return made;
    }

    /** Puts what a request has set in place, or takes it away; what is not in the record leaves nothing behind. */
    synchronized void put(String name, Live written) {
        if (written.value() == null && !record.attributes().containsKey(name)) {
            live.remove(name);
            staying.remove(name);
        } else {
            live.put(name, written);
        }
    }

    /** Notes that the object of this attribute is in no store. */
    synchronized void stays(String name) {
        staying.add(name);
    }

    /** Whether something would be lost if the heap let go of the session. */
    synchronized boolean hasStaying() {
        return !staying.isEmpty() || !local.isEmpty();
    }

    /** Notes how an object is encoded now, and as which write, if it is still the one that is shared. */
    synchronized void encodedAs(String name, Object value, Attribute encoding) {
        Live current = live.get(name);
        staying.remove(name);
        if (current != null && current.value() == value && current.stamp().compareTo(encoding.stamp()) <= 0) {
            live.put(name, new Live(value, encoding.stamp(), encoding));
        }
    }

    /** Lets go of an object whose write gave way to another one. */
    synchronized void lose(String name, Stamp stamp) {
        if (name.equals(GraphCodec.ATTRIBUTE)) {
            opened = Stamp.NONE;
            live.entrySet()
                    .removeIf(entry -> entry.getValue().stamp().equals(stamp) && !staying.contains(entry.getKey()));
        }
        Live current = live.get(name);
        if (current != null && current.stamp().equals(stamp)) {
            live.remove(name);
        }
    }

    /** Names of all attributes that are there, decodable or not. */
    synchronized Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        record.attributes().forEach((name, attribute) -> {
            if (!attribute.isRemoved()) {
                names.add(name);
            }
        });
        names.remove(GraphCodec.ATTRIBUTE);
        live.forEach((name, value) -> {
            if (value.value() == null) {
                names.remove(name);
            } else {
                names.add(name);
            }
        });
        return names;
    }

    /** All objects there are at the moment. */
    synchronized Map<String, Object> values() {
        Map<String, Object> values = new HashMap<>();
        live.forEach((name, value) -> {
            if (value.value() != null) {
                values.put(name, value.value());
            }
        });
        return values;
    }

    /** Whether a warning about this attribute is the first one. */
    synchronized boolean warnOnce(String name) {
        return warned.add(name);
    }

    /** Begins to end the session here; false if that was begun before. */
    synchronized boolean beginDestroying() {
        if (isEnding()) {
            return false;
        }
        destroying = true;
        return true;
    }

    synchronized void destroyingFailed() {
        destroying = false;
    }

    /** Whether the session has ended, or is just being ended here. */
    synchronized boolean isEnding() {
        return destroying || invalid;
    }

    synchronized void invalidate() {
        invalid = true;
    }

    synchronized boolean isInvalid() {
        return invalid;
    }

    synchronized long lastAccess() {
        return lastAccess;
    }

    synchronized void accessed(long millis) {
        if (millis > lastAccess) {
            previousAccess = lastAccess;
            lastAccess = millis;
        }
    }

    /** The use before the last one in milliseconds since 1970, 0 if this node knows of none. */
    synchronized long previousAccess() {
        return previousAccess;
    }

    /** Whether no other node served it since this one did. */
    synchronized boolean isTrustedIn(long contact) {
        return contact != ClusterContact.NONE && trustedIn == contact;
    }

    /** Whether it may differ from what the stores hold although no other node served it. */
    synchronized boolean isDoubtful() {
        return doubtful;
    }

    synchronized void undoubted() {
        doubtful = false;
    }

    synchronized void trustIn(long contact, long millis) {
        trustedIn = contact;
        trustedSince = millis;
    }

    /** Another node serves it. */
    synchronized void distrust() {
        trustedIn = ClusterContact.NONE;
        lastServedHere = false;
    }

    synchronized void servedHere() {
        lastServedHere = true;
    }

    synchronized boolean isLastServedHere() {
        return lastServedHere;
    }

    /** Since when no other node served it, in milliseconds since 1970; means something while it is trusted. */
    synchronized long trustedSince() {
        return trustedSince;
    }

    /** Whether the stores are to be told of the use of the session, at this time in nanoseconds. */
    synchronized boolean touchDue(long now) {
        long interval = TimeUnit.SECONDS.toNanos(Expiry.touchInterval(record.maxInactive()));
        return !touched || now - lastTouch >= interval;
    }

    synchronized void touched(long now) {
        touched = true;
        lastTouch = now;
    }
}
