package org.keepsake.node.session.transcoder.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The collections and maps of the JDK that are nothing beside what they hold, and an order. */
@SuppressWarnings("JdkObsolete") // what the application has is what it gets back
final class Containers {

    /** How to make an empty one; a comparator is given to those that have one. */
    static final Map<Class<?>, Function<@Nullable Comparator<Object>, Collection<Object>>> COLLECTIONS = Map.of(
            ArrayList.class, order -> new ArrayList<>(),
            LinkedList.class, order -> new LinkedList<>(),
            ArrayDeque.class, order -> new ArrayDeque<>(),
            CopyOnWriteArrayList.class, order -> new CopyOnWriteArrayList<>(),
            HashSet.class, order -> new HashSet<>(),
            LinkedHashSet.class, order -> new LinkedHashSet<>(),
            TreeSet.class, order -> new TreeSet<>(order));

    static final Map<Class<?>, Function<@Nullable Comparator<Object>, Map<Object, Object>>> MAPS = Map.of(
            HashMap.class, order -> new HashMap<>(),
            LinkedHashMap.class, order -> new LinkedHashMap<>(),
            ConcurrentHashMap.class, order -> new ConcurrentHashMap<>(),
            TreeMap.class, order -> new TreeMap<>(order));

    static final Set<Class<?>> IMMUTABLE = Stream.of(
                    List.of(1), List.of(1, 2, 3), Set.of(1), Set.of(1, 2, 3), Map.of(1, 1), Map.of(1, 1, 2, 2))
            .map(Object::getClass)
            .collect(Collectors.toUnmodifiableSet());

    private Containers() {}

    /** An empty collection of one of the classes above. */
    static Collection<Object> collection(Class<?> type, @Nullable Comparator<Object> order) {
        return Objects.requireNonNull(COLLECTIONS.get(type)).apply(order);
    }

    /** An empty map of one of the classes above. */
    static Map<Object, Object> map(Class<?> type, @Nullable Comparator<Object> order) {
        return Objects.requireNonNull(MAPS.get(type)).apply(order);
    }

    @SuppressWarnings("NullAway") // collections of the JDK may hold nothing in a place
    static void add(Collection<Object> collection, @Nullable Object value) {
        collection.add(value);
    }

    @SuppressWarnings("NullAway") // so may maps
    static void put(Map<Object, Object> map, @Nullable Object key, @Nullable Object value) {
        map.put(key, value);
    }

    /** The order of a sorted collection or map, null if it is the natural one or there is none. */
    static @Nullable Object comparatorOf(Object container) {
        if (container instanceof TreeMap<?, ?> map) {
            return map.comparator();
        }
        return container instanceof TreeSet<?> set ? set.comparator() : null;
    }

    static boolean hasComparator(Class<?> type) {
        return type == TreeMap.class || type == TreeSet.class;
    }

    /** Whether a map moves what is looked up to its end: it does not tell, so a copy is asked. */
    static boolean isInAccessOrder(Object map) {
        if (map.getClass() != LinkedHashMap.class) {
            return false;
        }
        @SuppressWarnings("unchecked")
        Map<Object, Object> copy = (Map<Object, Object>) ((LinkedHashMap<?, ?>) map).clone();
        copy.clear();
        copy.put("first", true);
        copy.put("second", true);
        Object unused = copy.get("first");
        return copy.keySet().iterator().next().equals("second");
    }

    /** What a collection holds; of a map its keys and values in turn. */
    static List<@Nullable Object> elementsOf(Object container) {
        if (container instanceof Map<?, ?> map) {
            List<@Nullable Object> all = new ArrayList<>(2 * map.size());
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                all.add(entry.getKey());
                all.add(entry.getValue());
            }
            return all;
        }
        List<@Nullable Object> all = new ArrayList<>(((Collection<?>) container).size());
        for (Object element : (Collection<?>) container) {
            all.add(element);
        }
        return all;
    }

    /** An immutable collection or map of this class with these elements. */
    static Object immutable(Class<?> type, Object[] elements) {
        if (List.class.isAssignableFrom(type)) {
            // Only what a stream made may hold nothing in a place.
            return Arrays.stream(elements).anyMatch(Objects::isNull)
                    ? Arrays.stream(elements).toList()
                    : List.of(elements);
        }
        if (Set.class.isAssignableFrom(type)) {
            return Set.of(elements);
        }
        if (elements.length % 2 != 0) {
            throw new IllegalArgumentException("a key has no value");
        }
        Map.Entry<?, ?>[] entries = new Map.Entry<?, ?>[elements.length / 2];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = Map.entry(elements[2 * i], elements[2 * i + 1]);
        }
        return Map.ofEntries(entries);
    }
}
