package org.keepsake.launcher.cluster;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What the nodes of a cluster are to have in common: values of options, by the names of these. Immutable.
 *
 * <p>It goes with the member itself, so it is known as soon as the member is. A member without a node, or of a version that
 * did not tell, has none.
 *
 * @param must a node that has another value cannot stay
 * @param should a node that has another value is warned of
 */
public record Alike(Map<String, String> must, Map<String, String> should) {

    /** Of a process that may be in any cluster. */
    public static final Alike NONE = new Alike(Map.of(), Map.of());

    /** What stands before the names of options among the attributes of a member. */
    private static final String MUST = "keepsake.must";

    private static final String SHOULD = "keepsake.should";

    public Alike {
        must = Map.copyOf(must);
        should = Map.copyOf(should);
    }

    /** Tells it as attributes of a member. */
    void tell(BiConsumer<String, String> attributes) {
        must.forEach((option, value) -> attributes.accept(MUST + option, value));
        should.forEach((option, value) -> attributes.accept(SHOULD + option, value));
    }

    /** What the attributes of a member tell. */
    static Alike told(Map<String, String> attributes) {
        return new Alike(told(MUST, attributes), told(SHOULD, attributes));
    }

    private static Map<String, String> told(String prefix, Map<String, String> attributes) {
        Map<String, String> told = new TreeMap<>();
        attributes.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                told.put(name.substring(prefix.length()), value);
            }
        });
        return told;
    }

    /** Whether it says anything. */
    boolean isTold() {
        return !must.isEmpty() || !should.isEmpty();
    }
}
