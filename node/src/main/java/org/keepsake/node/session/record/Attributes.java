package org.keepsake.node.session.record;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a record by name, in ascending order of the names. Immutable, and shared by all records that have
 * the same: a session has a few of them, is asked for them at each request and changes one.
 */
final class Attributes extends AbstractMap<String, Attribute> {

    static final Attributes NONE = new Attributes(new String[0], new Attribute[0]);

    /** Ascending, each once. */
    private final String[] names;

    /** Each at the place of its name. */
    private final Attribute[] values;

    private Attributes(String[] names, Attribute[] values) {
        this.names = names;
        this.values = values;
    }

    /** These attributes; a copy, unless they are immutable already. */
    static Attributes of(Map<String, Attribute> attributes) {
        if (attributes instanceof Attributes same) {
            return same;
        }
        String[] names = attributes.keySet().toArray(String[]::new);
        Arrays.sort(names);
        Attribute[] values = new Attribute[names.length];
        for (int i = 0; i < names.length; i++) {
            values[i] = attributes.get(names[i]);
        }
        return new Attributes(names, values);
    }

    /** Of each name the greater one; mostly one side has them all, and is the result. */
    static Attributes greater(Attributes a, Attributes b) {
        if (a.covers(b)) {
            return a;
        }
        if (b.covers(a)) {
            return b;
        }
        Map<String, Attribute> both = new TreeMap<>(a);
        b.forEach((name, attribute) -> both.merge(name, attribute, (x, y) -> x.compareTo(y) >= 0 ? x : y));
        return of(both);
    }

    /** Whether each of the others is here, or a greater one of its name. */
    @SuppressWarnings("ReferenceEquality") // the same object needs no look at its bytes
    private boolean covers(Attributes others) {
        int at = 0;
        for (int i = 0; i < others.names.length; i++, at++) {
            while (at < names.length && names[at].compareTo(others.names[i]) < 0) {
                at++;
            }
            if (at == names.length || !names[at].equals(others.names[i])) {
                return false;
            }
            if (values[at] != others.values[i] && values[at].compareTo(others.values[i]) < 0) {
                return false;
            }
        }
        return true;
    }

    /** These with some replaced or added. */
    Attributes with(Map<String, Attribute> written) {
        Map<String, Attribute> all = new TreeMap<>(this);
        all.putAll(written);
        return of(all);
    }

    @Override
    public int size() {
        return names.length;
    }

    @Override
    public @Nullable Attribute get(Object name) {
        int at = name instanceof String ? Arrays.binarySearch(names, name) : -1;
        return at < 0 ? null : values[at];
    }

    @Override
    public boolean containsKey(Object name) {
        return get(name) != null;
    }

    @Override
    public Set<Entry<String, Attribute>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, Attribute>> iterator() {
                return entries();
            }

            @Override
            public int size() {
                return names.length;
            }
        };
    }

    private Iterator<Entry<String, Attribute>> entries() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < names.length;
            }

            @Override
            public Entry<String, Attribute> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return Map.entry(names[next], values[next++]);
            }
        };
    }

    /** As of every map, but told quickly of those that share what they hold. */
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(Object other) {
        if (other instanceof Attributes that) {
            return this == that || (Arrays.equals(names, that.names) && Arrays.equals(values, that.values));
        }
        return super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
