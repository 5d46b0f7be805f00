package org.keepsake.node.session.transcoder;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Copies of collections that other requests may be changing: {@code --copy-collections-for-serialization}.
 *
 * <p>A copy is quick, an encoding is not; a copy that was disturbed is made again. What it has is what was there at some
 * moment of the copying: collections that are not made for several threads promise no more.
 */
final class CollectionCopies {

    private static final int ATTEMPTS = 100;

    /** Only these very classes: a subclass may mean something by a copy, and others are made for several threads. */
    private static final Map<Class<?>, UnaryOperator<Object>> COPIES = Map.ofEntries(
            Map.entry(ArrayList.class, list -> ((ArrayList<?>) list).clone()),
            Map.entry(LinkedList.class, list -> ((LinkedList<?>) list).clone()),
            Map.entry(ArrayDeque.class, queue -> ((ArrayDeque<?>) queue).clone()),
            Map.entry(HashMap.class, map -> ((HashMap<?, ?>) map).clone()),
            Map.entry(LinkedHashMap.class, map -> ((LinkedHashMap<?, ?>) map).clone()),
            Map.entry(TreeMap.class, map -> ((TreeMap<?, ?>) map).clone()),
            Map.entry(IdentityHashMap.class, map -> ((IdentityHashMap<?, ?>) map).clone()),
            Map.entry(HashSet.class, set -> ((HashSet<?>) set).clone()),
            Map.entry(LinkedHashSet.class, set -> ((LinkedHashSet<?>) set).clone()),
            Map.entry(TreeSet.class, set -> ((TreeSet<?>) set).clone()));

    private CollectionCopies() {}

    /**
     * A copy of a collection of the JDK that is not made for several threads; anything else as it is.
     *
     * @throws ConcurrentModificationException if it is changed faster than it can be copied
     */
    static Object copyIfCollection(Object value) {
        UnaryOperator<Object> copy = COPIES.get(value.getClass());
        return copy == null ? value : undisturbed(() -> copy.apply(value));
    }

    /** What an attempt ends with that nobody disturbed, one of many. */
    static <T> T undisturbed(Supplier<T> attempt) {
        for (int i = 1; ; i++) {
            try {
                return attempt.get();
            } catch (ConcurrentModificationException | IndexOutOfBoundsException | NullPointerException disturbed) {
                if (i == ATTEMPTS) {
                    throw disturbed;
                }
                Thread.onSpinWait();
            }
        }
    }
}
