package org.keepsake.node.session.view;

import java.util.LinkedHashMap;
import java.util.Map;

/** A view as a store keeps it, for tests that look into the stores themselves. Immutable. */
public final class KeptView {

    private final View view;

    private KeptView(View view) {
        this.view = view;
    }

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it is no view
     */
    public static KeptView decode(byte[] bytes) {
        return new KeptView(View.decode(bytes));
    }

    /** Grows with each view. */
    public long number() {
        return view.number();
    }

    /** The CLEAN holders of the sessions of this home store, by name: the life that is believed. */
    public Map<String, String> believed(String home) {
        Map<String, String> lives = new LinkedHashMap<>();
        view.holders(home).stream()
                .filter(StoreEntry::isClean)
                .forEach(entry -> lives.put(entry.name(), entry.incarnation()));
        return lives;
    }
}
