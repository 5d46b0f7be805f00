package org.keepsake.node.session;

import io.undertow.servlet.api.Deployment;
import io.undertow.servlet.core.ApplicationListeners;
import io.undertow.servlet.spec.HttpSessionImpl;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionAttributeListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.repository.Remembered;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.transcoder.GraphCodec;

/**
 * Tells an application's {@link HttpSessionAttributeListener}s which attributes another node has changed, as Tomcat's
 * DeltaManager does with {@code notifyListenersOnReplication}. Used by one thread, but for what says otherwise.
 *
 * <p>Values are decoded for the listeners, and are not the objects that requests on this node are handed; so no value is
 * told that it is bound or activated.
 */
final class AttributeTelling {

    /** How many changes of an id are remembered until the session is met under the new one. */
    private static final int MOST_MOVED = 1_000;

    private final Deployment deployment;
    private final SessionRepository repository;
    private final AttributeObjects objects;
    private final LongPredicate ours;
    private final Function<HeldSession, RequestSession> outside;

    /** By the new id, what sessions were that get another one: under that they begin with nothing new. */
    private final Map<String, SessionRecord> moved = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SessionRecord> eldest) {
            return size() > MOST_MOVED;
        }
    };

    /**
     * @param ours whether a writer is this node
     * @param outside a session as somebody has it who is in no request
     */
    AttributeTelling(
            Deployment deployment,
            SessionRepository repository,
            AttributeObjects objects,
            LongPredicate ours,
            Function<HeldSession, RequestSession> outside) {
        this.deployment = deployment;
        this.repository = repository;
        this.objects = objects;
        this.ours = ours;
        this.outside = outside;
    }

    /** Whether the application has any such listener, once it is deployed. */
    boolean hasListeners() {
        return deployment.getDeploymentInfo().getListeners().stream()
                .anyMatch(listener -> HttpSessionAttributeListener.class.isAssignableFrom(listener.getListenerClass()));
    }

    /** The session of this application that is kept under a key; empty if it is another's. Thread-safe. */
    Optional<SessionId> sessionOf(String key) {
        return repository.sessionOf(key);
    }

    /**
     * Another node made one record of another.
     *
     * @param before null for a session that begins
     * @param bytes the encoding of the second one
     */
    void tell(SessionId id, @Nullable SessionRecord before, SessionRecord after, byte[] bytes) throws Exception {
        if (after.isMoved() && !after.isTombstone()) {
            moved.put(after.movedTo(), after.withId(after.movedTo()));
        }
        SessionRecord known = before == null ? moved.remove(id.toString()) : before;
        List<AttributeChange> changes = AttributeChange.between(known, after, ours);
        changes.removeIf(change -> ContainerAttributes.owns(change.name()));
        if (changes.isEmpty()) {
            return;
        }
        HeldSession held = held(id, known == null || !after.isTombstone() ? after : known, bytes);
        if (after.isTombstone()) {
            boolean unused = held.beginDestroying();
        }
        Object unused = deployment
                .<@Nullable Object, HeldSession>createThreadSetupAction((exchange, session) -> {
                    tell(session, changes);
                    return null;
                })
                .call(null, held);
    }

    /** As one that is in no heap: what the listeners see is what they are told of, whatever happens meanwhile. */
    private static HeldSession held(SessionId id, SessionRecord record, byte[] bytes) {
        return new HeldSession(id, new Remembered(record, bytes, Map.of()), System.currentTimeMillis());
    }

    private void tell(HeldSession held, List<AttributeChange> changes) {
        HttpSession session = HttpSessionImpl.forSession(outside.apply(held), deployment.getServletContext(), false);
        for (AttributeChange change : changes) {
            Map<String, Object> before = objects.read(change.name(), change.before());
            Map<String, Object> after = objects.read(change.name(), change.after());
            if (after != null) {
                tell(held, session, change, before == null ? Map.of() : before, after);
            }
        }
    }

    /** One attribute, or all that are encoded together; of these, those that differ. */
    private void tell(
            HeldSession held,
            HttpSession session,
            AttributeChange change,
            Map<String, Object> before,
            Map<String, Object> after) {
        boolean together = change.name().equals(GraphCodec.ATTRIBUTE);
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        Stamp stamp = held.record().stampOf(change.name());
        if (together) {
            List<Object> unused = held.open(after, stamp);
        }
        names.forEach(name -> held.put(name, new HeldSession.Live(after.get(name), stamp, null)));
        for (String name : names) {
            if (!together || !objects.areEncodedAlike(before.get(name), after.get(name))) {
                tell(session, name, before.get(name), after.get(name));
            }
        }
    }

    private void tell(HttpSession session, String name, @Nullable Object old, @Nullable Object value) {
        ApplicationListeners listeners = deployment.getApplicationListeners();
        if (value == null) {
            listeners.httpSessionAttributeRemoved(session, name, old);
        } else if (old == null) {
            listeners.httpSessionAttributeAdded(session, name, value);
        } else {
            listeners.httpSessionAttributeReplaced(session, name, old);
        }
    }
}
