package org.keepsake.node.session;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.session.Session;
import io.undertow.server.session.SessionConfig;
import io.undertow.server.session.SessionManager;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.transcoder.AttributeCodec;
import org.keepsake.node.session.transcoder.TranscodingFailed;

/**
 * A session as one request has it: the shared objects of {@link HeldSession}, and what this request was handed of them.
 * Thread-safe, because a request may start threads of its own.
 *
 * <p>An attribute is handed out when the request first asks for it, and stays that object for the rest of the request.
 * Its stamp at that moment is what the request has seen, so a write counts one more than it; the stamp of an attribute
 * that is set unread is the one of the record the request began with. The encoding at that moment is what a later
 * encoding is compared with, to find what was changed in place.
 */
final class RequestSession implements Session {

    /** The container's own attributes: not for listeners, not for other nodes. */
    private static final String CONTAINER = "io.undertow";

    private final ReplicatedSessionManager manager;
    private final SessionConfig config;
    private final HeldSession held;
    private final SessionRecord begun;
    private final long writer;
    private final boolean created;

    /** Guarded by this. */
    private final Map<String, Handed> handed = new HashMap<>();

    /** Guarded by this: set by this request, and which write that is. */
    private @Nullable Integer maxInactive;

    private Stamp maxInactiveStamp;
    private boolean maxInactiveDirty;

    /** Guarded by this: the request is over, so that nobody will save what is written from now on. */
    private boolean over;

    private @Nullable Long previousAccess;

    /**
     * What this request has of one attribute.
     *
     * @param value null if it removed it
     * @param stamp what it has seen or written
     * @param encoding how it was encoded when handed out; null if that cannot change or cannot be told
     * @param dirty set or removed by this request and not yet collected
     */
    private record Handed(
            @Nullable Object value, Stamp stamp, @Nullable Attribute encoding, boolean dirty) {}

    /** What a request has to save; nothing if {@code session} holds nothing that was not handed out. */
    record Changes(SessionRecord session, Set<String> written, boolean maxInactive) {
        boolean isEmpty() {
            return written.isEmpty() && !maxInactive;
        }
    }

    RequestSession(
            ReplicatedSessionManager manager, SessionConfig config, HeldSession held, long writer, boolean created) {
        this.manager = manager;
        this.config = config;
        this.held = held;
        this.begun = held.record();
        this.writer = writer;
        this.created = created;
        this.maxInactiveStamp = begun.maxInactiveStamp();
        held.users.incrementAndGet();
    }

    HeldSession held() {
        return held;
    }

    long writer() {
        return writer;
    }

    /** Whether the session has ended, told without an exception. */
    public boolean isInvalid() {
        return held.isInvalid();
    }

    private void checkValid() {
        if (held.isInvalid()) {
            throw new IllegalStateException("session " + held.id().shortened() + ": is invalid");
        }
    }

    @Override
    public String getId() {
        return held.id().toString();
    }

    @Override
    public void requestDone(HttpServerExchange exchange) {
        // Comes after the client has the response: saving has its own three points, see ExchangeSessions.
    }

    @Override
    public long getCreationTime() {
        checkValid();
        return begun.creationTime();
    }

    @Override
    public long getLastAccessedTime() {
        checkValid();
        if (created) {
            return begun.creationTime();
        }
        synchronized (this) {
            if (previousAccess != null) {
                return previousAccess;
            }
        }
        long asked = manager.previousAccess(held);
        synchronized (this) {
            previousAccess = asked;
        }
        return asked;
    }

    @Override
    public void setMaxInactiveInterval(int seconds) {
        checkValid();
        synchronized (this) {
            maxInactive = seconds;
            if (!maxInactiveDirty) {
                maxInactiveStamp = maxInactiveStamp.next(true, writer);
                maxInactiveDirty = true;
            }
        }
        saveIfOver();
    }

    @Override
    public synchronized int getMaxInactiveInterval() {
        checkValid();
        return maxInactive == null ? held.record().maxInactive() : maxInactive;
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        checkValid();
        if (name.startsWith(CONTAINER)) {
            return held.local.get(name);
        }
        return handOut(name);
    }

    private @Nullable Object handOut(String name) {
        synchronized (this) {
            Handed mine = handed.get(name);
            if (mine != null) {
                return mine.value();
            }
        }
        HeldSession.Live live = manager.live(this, name);
        if (live == null || live.value() == null) {
            return null;
        }
        Attribute encoding = AttributeCodec.isImmutable(live.value()) ? null : encodingOf(name, live);
        synchronized (this) {
            return handed.computeIfAbsent(name, n -> new Handed(live.value(), live.stamp(), encoding, false))
                    .value();
        }
    }

    /** How an object is encoded as it is handed out: known from the last time, or found out now. */
    private @Nullable Attribute encodingOf(String name, HeldSession.Live live) {
        if (live.encoding() != null || live.value() == null) {
            return live.encoding();
        }
        try {
            Attribute encoding = manager.codec().encode(live.value(), live.stamp());
            held.encodedAs(name, live.value(), encoding);
            return encoding;
        } catch (TranscodingFailed e) {
            manager.warnNotSaved(held, name, live.value(), e);
            return null;
        }
    }

    @Override
    public Set<String> getAttributeNames() {
        checkValid();
        Set<String> names = new LinkedHashSet<>(held.names());
        synchronized (this) {
            handed.forEach((name, mine) -> {
                if (mine.value() == null) {
                    names.remove(name);
                } else {
                    names.add(name);
                }
            });
        }
        names.removeIf(name -> handOut(name) == null);
        names.addAll(held.local.keySet());
        return names;
    }

    @Override
    public @Nullable Object setAttribute(String name, @Nullable Object value) {
        if (value == null) {
            return removeAttribute(name);
        }
        checkValid();
        if (name.startsWith(CONTAINER)) {
            return held.local.put(name, value);
        }
        Object old = handOut(name);
        write(name, value);
        if (old == null) {
            manager.listeners().attributeAdded(this, name, value);
        } else {
            manager.listeners().attributeUpdated(this, name, value, old);
        }
        saveIfOver();
        return old;
    }

    @Override
    public @Nullable Object removeAttribute(String name) {
        checkValid();
        if (name.startsWith(CONTAINER)) {
            return held.local.remove(name);
        }
        Object old = handOut(name);
        if (old != null) {
            write(name, null);
            manager.listeners().attributeRemoved(this, name, old);
            saveIfOver();
        }
        return old;
    }

    private void write(String name, @Nullable Object value) {
        synchronized (this) {
            Handed mine = handed.get(name);
            Stamp seen = mine == null ? begun.stampOf(name) : mine.stamp();
            Stamp stamp = mine != null && mine.dirty() ? seen : seen.next(true, writer);
            handed.put(name, new Handed(value, stamp, null, true));
            held.put(name, new HeldSession.Live(value, stamp, null));
        }
    }

    /** What the application wrote since this was last asked, explicitly or in place. */
    Changes collect() {
        Map<String, Handed> before;
        synchronized (this) {
            before = new HashMap<>(handed);
        }
        Map<String, Attribute> written = new TreeMap<>();
        before.forEach((name, mine) -> {
            Attribute attribute = mine.dirty() ? explicit(name, mine) : detected(name, mine);
            if (attribute != null) {
                written.put(name, attribute);
            }
        });
        SessionRecord session = held.record().withAttributes(begun.attributes()).with(written);
        synchronized (this) {
            boolean other = maxInactiveDirty && maxInactive != null;
            if (other && maxInactive != null) {
                session = session.withMaxInactive(maxInactive, maxInactiveStamp);
            }
            maxInactiveDirty = false;
            return new Changes(session, written.keySet(), other);
        }
    }

    private @Nullable Attribute explicit(String name, Handed mine) {
        Attribute attribute;
        if (mine.value() == null) {
            attribute = Attribute.removed(mine.stamp(), manager.timing().millis());
        } else {
            try {
                attribute = manager.encode(this, mine.value(), mine.stamp());
                held.encodedAs(name, mine.value(), attribute);
            } catch (TranscodingFailed e) {
                manager.warnNotSaved(held, name, mine.value(), e);
                clean(name, mine, mine.stamp(), null);
                boolean stored = held.encoded(name) != null;
                return stored ? Attribute.removed(mine.stamp(), manager.timing().millis()) : null;
            }
        }
        clean(name, mine, mine.stamp(), isMutable(mine.value()) ? attribute : null);
        return attribute;
    }

    private static boolean isMutable(@Nullable Object value) {
        return value != null && !AttributeCodec.isImmutable(value);
    }

    private @Nullable Attribute detected(String name, Handed mine) {
        if (mine.encoding() == null || mine.value() == null) {
            return null;
        }
        try {
            Attribute now = manager.encode(this, mine.value(), mine.stamp());
            if (now.sameContent(mine.encoding())) {
                return null;
            }
            Stamp stamp = seenIn(name, mine).next(false, writer);
            Attribute attribute = now.withStamp(stamp);
            held.encodedAs(name, mine.value(), attribute);
            clean(name, mine, stamp, attribute);
            return attribute;
        } catch (TranscodingFailed e) {
            manager.warnNotSaved(held, name, mine.value(), e);
            return null;
        }
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

    /** A request that is over, of an application that kept the session: what it still writes is saved at once. */
    private void saveIfOver() {
        boolean atOnce;
        synchronized (this) {
            atOnce = over && !held.isDestroying();
        }
        if (atOnce) {
            manager.saveLate(this);
        }
    }

    void over() {
        boolean first;
        synchronized (this) {
            first = !over;
            over = true;
        }
        if (first) {
            held.users.decrementAndGet();
        }
    }

    @Override
    public void invalidate(@Nullable HttpServerExchange exchange) {
        checkValid();
        SessionRecord last = held.record();
        manager.invalidate(this);
        if (exchange != null) {
            config.clearSession(exchange, last.id());
        }
    }

    @Override
    public SessionManager getSessionManager() {
        return manager;
    }

    @Override
    public String changeSessionId(HttpServerExchange exchange, SessionConfig newConfig) {
        checkValid();
        String newId = manager.changeId(this);
        newConfig.setSessionId(exchange, newId);
        return newId;
    }
}
