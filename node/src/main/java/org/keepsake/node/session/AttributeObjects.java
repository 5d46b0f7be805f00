package org.keepsake.node.session;

import io.undertow.servlet.api.Deployment;
import io.undertow.servlet.spec.HttpSessionImpl;
import jakarta.servlet.http.HttpSessionActivationListener;
import jakarta.servlet.http.HttpSessionEvent;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.RecordFormat;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.transcoder.AttributeCodec;
import org.keepsake.node.session.transcoder.GraphCodec;
import org.keepsake.node.session.transcoder.TranscodingFailed;

/**
 * Makes objects of encoded attributes and back, and tells those that want to know. What cannot be made is warned of
 * once for each attribute of a session. Thread-safe.
 */
final class AttributeObjects {

    private static final System.Logger LOG = System.getLogger(AttributeObjects.class.getName());

    private final Deployment deployment;
    private final AttributeCodec codec;
    private final @Nullable GraphCodec graph;
    private final Predicate<String> leaves;
    private final boolean shared;
    private final SessionCounters counters;

    /**
     * @param graph encodes all attributes of a session together; null if each is encoded by itself
     * @param leaves whether the attribute of a name is to be encoded at all, or stays on this node
     * @param shared whether any is encoded while the application runs; else all stay until it stops
     */
    AttributeObjects(
            Deployment deployment,
            AttributeCodec codec,
            @Nullable GraphCodec graph,
            Predicate<String> leaves,
            boolean shared,
            SessionCounters counters) {
        this.deployment = deployment;
        this.codec = codec;
        this.graph = graph;
        this.leaves = leaves;
        this.shared = shared;
        this.counters = counters;
    }

    /** The object of an attribute, made of its encoded form if need be; null if there is none or it cannot be made. */
    HeldSession.@Nullable Live live(RequestSession session, String name) {
        HeldSession held = session.held();
        HeldSession.Live live = held.live(name);
        Attribute encoded = live == null ? held.encoded(name) : null;
        if (encoded == null) {
            return live;
        }
        try {
            Object value = codec.decode(encoded);
            HeldSession.Live kept = held.keep(name, new HeldSession.Live(value, encoded.stamp(), null));
            if (kept.value() == value && value instanceof HttpSessionActivationListener listener) {
                listener.sessionDidActivate(event(session));
            }
            return kept;
        } catch (TranscodingFailed e) {
            warnNotRead(held, name, e);
            return null;
        }
    }

    /** Makes the objects of all attributes, telling those that want to know. */
    void makeAll(RequestSession session) {
        boolean unusedWhether = open(session);
        for (String name : session.held().names()) {
            HeldSession.Live unused = live(session, name);
        }
    }

    /** Whether all attributes of a session are encoded together. */
    boolean isGraph() {
        return graph != null;
    }

    /** Makes the objects of all attributes that are encoded together, unless that was done; false if it cannot be. */
    boolean open(RequestSession session) {
        HeldSession held = session.held();
        Attribute encoded = graph == null ? null : held.closedGraph();
        if (graph == null || encoded == null) {
            return true;
        }
        try {
            // All are there before any is told: it may look at the others.
            for (Object kept : held.open(graph.decode(encoded), encoded.stamp())) {
                if (kept instanceof HttpSessionActivationListener listener) {
                    listener.sessionDidActivate(event(session));
                }
            }
            return true;
        } catch (TranscodingFailed e) {
            warnNotRead(held, "(all of them)", e);
            return false;
        }
    }

    /** Whether the attribute of a name is encoded while the application runs. */
    private boolean leavesNow(String name) {
        return shared && leaves.test(name);
    }

    /** Encodes all attributes together, those left out that stay on this node; null if nothing can be. */
    @Nullable
    Attribute encodeGraph(RequestSession session, Map<String, Object> values, Stamp stamp) {
        return encodeGraph(session, values, stamp, this::leavesNow);
    }

    /** As {@link #encodeGraph}, of values to be saved; they are told before and after if they want to know. */
    @Nullable
    Attribute saveGraph(RequestSession session, Map<String, Object> values, Stamp stamp) {
        if (!shared) {
            return encodeGraph(session, values, stamp);
        }
        passivate(session);
        Attribute encoded = encodeGraph(session, values, stamp);
        activate(session);
        return encoded;
    }

    private @Nullable Attribute encodeGraph(
            RequestSession session, Map<String, Object> values, Stamp stamp, Predicate<String> leaving) {
        if (graph == null || !open(session)) {
            return null;
        }
        Map<String, Object> good = new TreeMap<>(values);
        good.keySet().removeIf(name -> {
            boolean stays = !leaving.test(name);
            if (stays) {
                session.held().stays(name);
            }
            return stays;
        });
        try {
            GraphCodec.Encoded encoded = graph.encode(good, stamp);
            encoded.refused()
                    .forEach((name, why) -> warnNotSaved(session.held(), name, good.getOrDefault(name, ""), why));
            return encoded.attribute();
        } catch (TranscodingFailed e) {
            good.forEach((name, value) -> warnNotSaved(session.held(), name, value, e));
            return null;
        }
    }

    /** How an object is encoded when it is handed out: known from the last time, or found out now; null if it cannot. */
    @Nullable
    Attribute encodingOf(HeldSession held, String name, HeldSession.Live live) {
        if (live.encoding() != null || live.value() == null || !leavesNow(name)) {
            return live.encoding();
        }
        try {
            Attribute encoding = codec.encode(live.value(), live.stamp());
            held.encodedAs(name, live.value(), encoding);
            return encoding;
        } catch (TranscodingFailed e) {
            warnNotSaved(held, name, live.value(), e);
            return null;
        }
    }

    /** Encodes a value to be saved, telling it before and after if it wants to know; null if it cannot be. */
    @Nullable
    Attribute encode(RequestSession session, String name, Object value, Stamp stamp) {
        if (!leavesNow(name)) {
            session.held().stays(name);
            return null;
        }
        boolean tell = value instanceof HttpSessionActivationListener;
        if (tell) {
            ((HttpSessionActivationListener) value).sessionWillPassivate(event(session));
        }
        try {
            return codec.encode(value, stamp);
        } catch (TranscodingFailed e) {
            warnNotSaved(session.held(), name, value, e);
            return null;
        } finally {
            if (tell) {
                ((HttpSessionActivationListener) value).sessionDidActivate(event(session));
            }
        }
    }

    /**
     * All attributes of a session as they are now, encoded, for the time when no node has it; without those that are not
     * to leave the node or cannot be encoded. What no object was made of is as it came.
     */
    Map<String, Attribute> encodeAll(RequestSession session) {
        HeldSession held = session.held();
        Map<String, Attribute> all = new TreeMap<>();
        for (String name : held.names()) {
            Attribute attribute = leaves.test(name) ? encodedNow(held, name) : null;
            if (attribute != null) {
                all.put(name, attribute);
            }
        }
        Attribute together = graph == null ? null : graphNow(session);
        if (together != null) {
            all.put(GraphCodec.ATTRIBUTE, together);
        }
        return all;
    }

    /** Null if it cannot be encoded, or is encoded with the others. */
    private @Nullable Attribute encodedNow(HeldSession held, String name) {
        HeldSession.Live live = held.live(name);
        Object value = live == null ? null : live.value();
        if (live == null || value == null) {
            return held.encoded(name);
        }
        if (graph != null) {
            return null;
        }
        try {
            if (!RecordFormat.canName(name)) {
                throw new TranscodingFailed("its name is too long or no valid UTF-16", null);
            }
            return codec.encode(value, live.stamp());
        } catch (TranscodingFailed e) {
            warnNotSaved(held, name, value, e);
            return null;
        }
    }

    /** As it came if no object was made of it, or none can be. */
    private @Nullable Attribute graphNow(RequestSession session) {
        HeldSession held = session.held();
        Attribute closed = held.closedGraph();
        if (closed != null && (held.values().isEmpty() || !open(session))) {
            return closed;
        }
        Stamp stamp = held.record().stampOf(GraphCodec.ATTRIBUTE).next(false, session.writer());
        return encodeGraph(session, held.values(), stamp, leaves);
    }

    /** Tells all objects of a session that this node lets go of it. */
    void passivate(RequestSession session) {
        listeners(session).forEach(listener -> listener.sessionWillPassivate(event(session)));
    }

    /** Tells all objects of a session that this node goes on with it. */
    void activate(RequestSession session) {
        listeners(session).forEach(listener -> listener.sessionDidActivate(event(session)));
    }

    private static List<HttpSessionActivationListener> listeners(RequestSession session) {
        return session.held().values().values().stream()
                .filter(HttpSessionActivationListener.class::isInstance)
                .map(HttpSessionActivationListener.class::cast)
                .toList();
    }

    private HttpSessionEvent event(RequestSession session) {
        return new HttpSessionEvent(HttpSessionImpl.forSession(session, deployment.getServletContext(), false));
    }

    /**
     * The values of one attribute, or of all that are encoded together, by name; none if there is no attribute, null if it
     * cannot be read here. Nobody is told.
     */
    @Nullable
    Map<String, Object> read(String name, @Nullable Attribute encoded) {
        if (encoded == null) {
            return Map.of();
        }
        try {
            if (!name.equals(GraphCodec.ATTRIBUTE)) {
                return Map.of(name, codec.decode(encoded));
            }
            return graph == null ? null : graph.decode(encoded);
        } catch (TranscodingFailed e) {
            LOG.log(Level.DEBUG, "attribute {0} cannot be read here: {1}", name, e.getMessage());
            return null;
        }
    }

    /** Whether two values are there and have the same encoding, as far as that can be told. */
    boolean areEncodedAlike(@Nullable Object one, @Nullable Object other) {
        try {
            return one != null
                    && other != null
                    && codec.encode(one, Stamp.NONE).sameContent(codec.encode(other, Stamp.NONE));
        } catch (TranscodingFailed e) {
            return false;
        }
    }

    private void warnNotRead(HeldSession held, String name, TranscodingFailed e) {
        if (held.warnOnce(name)) {
            counters.undecodable.increment();
            LOG.log(
                    Level.WARNING,
                    "session {0}: attribute {1} cannot be read here and is kept as it is: {2}",
                    held.id().shortened(),
                    name,
                    e.getMessage());
        }
    }

    private void warnNotSaved(HeldSession held, String name, Object value, TranscodingFailed e) {
        held.stays(name);
        if (held.warnOnce(name)) {
            counters.unsaved.increment();
            LOG.log(
                    Level.WARNING,
                    "session {0}: attribute {1} of {2} stays on this node and is lost with it: {3}",
                    held.id().shortened(),
                    name,
                    value.getClass().getName(),
                    e.getMessage());
        }
    }
}
