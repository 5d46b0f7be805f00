package org.keepsake.node.session.transcoder;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.Stamp;

/**
 * All attributes of a session as one graph under one reserved name, for {@code --session-granularity=session}: an object
 * that two attributes share is one object after a fail-over too. Thread-safe.
 *
 * <p>The price: one change encodes everything again, of two requests that change different attributes at the same time
 * only one wins, and one class that cannot be read here makes all attributes unreadable here (they are carried through).
 */
public final class GraphCodec {

    /** The name under which the graph stands in a record; no application can set an attribute of this name. */
    public static final String ATTRIBUTE = "\u0000graph";

    private final Transcoder transcoder;

    public GraphCodec(Transcoder transcoder) {
        this.transcoder = transcoder;
    }

    /**
     * A graph in its encoded form.
     *
     * @param attribute to be kept under {@link #ATTRIBUTE}
     * @param refused the attributes that cannot be encoded, and are not in it, by name with the reason
     */
    public record Encoded(Attribute attribute, Map<String, TranscodingFailed> refused) {}

    /**
     * Encodes all attributes of a session. Attributes that cannot be encoded are left out and told; the others are saved.
     * Equal content gives equal bytes as far as the transcoder does so: the order of the map does not count.
     *
     * @throws TranscodingFailed if what can be encoded one by one cannot be encoded together
     */
    public Encoded encode(Map<String, Object> values, Stamp stamp) throws TranscodingFailed {
        Map<String, Object> good = new TreeMap<>(values);
        Map<String, TranscodingFailed> refused = new LinkedHashMap<>();
        byte[] bytes;
        try {
            bytes = transcoder.encode(array(good));
        } catch (TranscodingFailed someOfThem) {
            good.entrySet().removeIf(entry -> isRefused(entry, refused));
            if (refused.isEmpty()) {
                throw someOfThem;
            }
            bytes = transcoder.encode(array(good));
        }
        return new Encoded(
                new Attribute(stamp, Attribute.OBJECT, transcoder.name(), bytes), Collections.unmodifiableMap(refused));
    }

    private boolean isRefused(Map.Entry<String, Object> entry, Map<String, TranscodingFailed> refused) {
        try {
            byte[] unused = transcoder.encode(entry.getValue());
            return false;
        } catch (TranscodingFailed e) {
            refused.put(entry.getKey(), e);
            return true;
        }
    }

    /** An array keeps no order of its own and no hash codes, and every transcoder can encode one. */
    private static Object[] array(Map<String, Object> values) {
        List<Object> all = new ArrayList<>(2 * values.size());
        values.forEach((name, value) -> {
            all.add(name);
            all.add(value);
        });
        return all.toArray();
    }

    /**
     * The attributes that a graph holds, in the order of their names.
     *
     * @throws TranscodingFailed if this version, or this application, can make no values of it
     */
    public Map<String, Object> decode(Attribute graph) throws TranscodingFailed {
        if (graph.kind() != Attribute.OBJECT || !graph.transcoder().equals(transcoder.name())) {
            throw new TranscodingFailed("its transcoder " + graph.transcoder() + " is not in use here", null);
        }
        if (!(transcoder.decode(graph.bytes()) instanceof Object[] all) || all.length % 2 != 0) {
            throw new TranscodingFailed("it is no graph of attributes", null);
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < all.length; i += 2) {
            if (!(all[i] instanceof String name) || all[i + 1] == null) {
                throw new TranscodingFailed("it is no graph of attributes", null);
            }
            values.put(name, all[i + 1]);
        }
        return values;
    }
}
