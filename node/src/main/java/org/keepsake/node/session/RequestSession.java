package org.keepsake.node.session;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.session.Session;
import io.undertow.server.session.SessionConfig;
import io.undertow.server.session.SessionManager;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;

/**
 * A session as one request has it: the shared objects of {@link HeldSession}, and what this request was handed of them.
 * Thread-safe, because a request may start threads of its own.
 */
final class RequestSession implements Session {

    private final ReplicatedSessionManager manager;
    private final SessionConfig config;
    private final HeldSession held;
    private final SessionRecord begun;
    private final long writer;
    private final boolean created;

    /** Whether the request has the session for itself. */
    private final boolean locked;

    /** When the request came, in milliseconds since 1970. */
    private final long requested;

    /** When this node saw the session used before, 0 if it did not. */
    private final long accessedBefore;

    private final HandedAttributes attributes;

    /** Guarded by this, as all that follows: set by this request, null if it was not. */
    private @Nullable Integer maxInactive;

    /** Which write the time-out is that this request has seen or set. */
    private Stamp maxInactiveStamp;

    private boolean maxInactiveDirty;

    private boolean wrote;

    /** The request is over, so that nobody will save what is written from now on. */
    private boolean over;

    private @Nullable Long previousAccess;

    /**
     * What a request has to save.
     *
     * @param session the session as the request was handed it, with its writes
     * @param written names of the attributes it wrote
     * @param maxInactive whether it set the time-out
     */
    record Changes(SessionRecord session, Set<String> written, boolean maxInactive) {
        boolean isEmpty() {
            return written.isEmpty() && !maxInactive;
        }
    }

    RequestSession(
            ReplicatedSessionManager manager,
            SessionConfig config,
            HeldSession held,
            long writer,
            boolean created,
            boolean locked,
            long requested) {
        this.manager = manager;
        this.config = config;
        this.held = held;
        this.begun = held.record();
        this.writer = writer;
        this.created = created;
        this.locked = locked;
        this.requested = requested;
        this.accessedBefore = held.previousAccess();
        this.maxInactiveStamp = begun.maxInactiveStamp();
        this.attributes = manager.handOut(this, begun);
        held.users.incrementAndGet();
    }

    HeldSession held() {
        return held;
    }

    /** Whether a write that gives way to another one is to be refused: the lock was to prevent it. */
    boolean isLocked() {
        return locked;
    }

    /** Whether anything was saved of what the request wrote, or is to be. */
    synchronized boolean hasWritten() {
        return wrote;
    }

    /** When the request came, in milliseconds since 1970. */
    long requested() {
        return requested;
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
        long asked = manager.previousAccess(held, accessedBefore);
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
        if (!ContainerAttributes.owns(name)) {
            return attributes.get(name);
        }
        Object here = ContainerAttributes.local(held.local, name);
        return here != null ? here : ContainerAttributes.arrived(name, attributes.get(name));
    }

    @Override
    public Set<String> getAttributeNames() {
        checkValid();
        Set<String> names = attributes.names();
        names.addAll(held.local.keySet());
        return names;
    }

    @Override
    public @Nullable Object setAttribute(String name, @Nullable Object value) {
        if (value == null) {
            return removeAttribute(name);
        }
        checkValid();
        if (ContainerAttributes.owns(name)) {
            return setContainers(name, value);
        }
        Object old = attributes.get(name);
        attributes.write(name, value);
        if (old == null) {
            manager.listeners().attributeAdded(this, name, value);
        } else {
            manager.listeners().attributeUpdated(this, name, value, old);
        }
        saveIfOver();
        return old;
    }

    private @Nullable Object setContainers(String name, Object value) {
        Object travelling = ContainerAttributes.travelling(value);
        if (travelling == null) {
            return held.local.put(name, value);
        }
        Object old = getAttribute(name);
        attributes.write(name, travelling);
        saveIfOver();
        return old;
    }

    private @Nullable Object removeContainers(String name) {
        Object here = held.local.remove(name);
        Object old = here != null ? here : ContainerAttributes.arrived(name, attributes.get(name));
        if (attributes.get(name) != null) {
            attributes.write(name, null);
            saveIfOver();
        }
        return old;
    }

    @Override
    public @Nullable Object removeAttribute(String name) {
        checkValid();
        if (ContainerAttributes.owns(name)) {
            return removeContainers(name);
        }
        Object old = attributes.get(name);
        if (old != null) {
            attributes.write(name, null);
            manager.listeners().attributeRemoved(this, name, old);
            saveIfOver();
        } else if (attributes.isUndecodable(name)) {
            attributes.write(name, null);
            saveIfOver();
        }
        return old;
    }

    private synchronized void noteWriting() {
        wrote = true;
    }

    /** What the application wrote since this was last asked, explicitly or in place. */
    Changes collect() {
        Map<String, Attribute> written = attributes.collect();
        if (!written.isEmpty()) {
            noteWriting();
        }
        synchronized (this) {
            if (written.isEmpty() && !maxInactiveDirty) {
                return new Changes(begun, Set.of(), false);
            }
            SessionRecord session =
                    held.record().withAttributes(begun.attributes()).with(written);
            if (!maxInactiveDirty || maxInactive == null) {
                return new Changes(session, written.keySet(), false);
            }
            maxInactiveDirty = false;
            return new Changes(session.withMaxInactive(maxInactive, maxInactiveStamp), written.keySet(), true);
        }
    }

    /** A request that is over, of an application that kept the session: what it still writes is saved at once. */
    private void saveIfOver() {
        boolean atOnce;
        synchronized (this) {
            atOnce = over && !held.isEnding();
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
