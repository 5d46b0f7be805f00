package org.keepsake.dist.webapp;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** A list that applications change in place. Thread-safe. */
final class Words implements Serializable {

    private static final long serialVersionUID = 1L;

    private final ArrayList<String> words = new ArrayList<>();

    synchronized void add(String word) {
        words.add(word);
    }

    @Override
    public synchronized String toString() {
        return List.copyOf(words).toString();
    }
}
