package org.keepsake.node.session.transcoder.graph;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One object of a graph as text has it. Mutable while its graph is written or read, by one thread.
 *
 * <p>Either nothing ({@code type} and {@code ref} absent), or a reference to another element by its id, or an object: its
 * class, and its text, its named fields or its unnamed parts.
 */
final class Element {

    /** The class's name; null of nothing and of a reference. */
    final @Nullable String type;

    /** The element it stands for; 0 if it stands for itself. */
    final int ref;

    /** What references call it; 0 as long as there are none. */
    int id;

    /** What an object without parts is, or the shell of one. */
    @Nullable
    String text;

    /** The names of the parts; empty if they have none, else as many as parts. */
    final List<String> names = new ArrayList<>(0);

    final List<Element> parts = new ArrayList<>(0);

    /** Whether all parts are there. Not part of the text. */
    boolean finished;

    private Element(@Nullable String type, int ref) {
        this.type = type;
        this.ref = ref;
    }

    static Element nothing() {
        return new Element(null, 0);
    }

    static Element reference(int id) {
        return new Element(null, id);
    }

    static Element object(String type) {
        return new Element(type, 0);
    }

    void add(String name, Element part) {
        names.add(name);
        parts.add(part);
    }
}
