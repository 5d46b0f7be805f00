package org.keepsake.node.session.view;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One store in a view. Immutable.
 *
 * @param name the store's name, {@code [A-Za-z0-9_]+}, as it stands in session ids
 * @param failover whether it holds sessions only when others are spare
 * @param incarnation which life of the store the state speaks of; "" if it was never reached
 * @param state whether it may be believed
 * @param placed whether sessions are placed on it
 * @param next whether sessions are placed on it as soon as those that belong there were copied
 */
record StoreEntry(String name, boolean failover, String incarnation, StoreState state, boolean placed, boolean next) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,64}");
    private static final Pattern INCARNATION = Pattern.compile("[A-Za-z0-9:._-]{0,200}");
    private static final String NONE = "-";

    StoreEntry {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("store name " + name + ": only 1 to 64 letters, digits and _");
        }
        if (!INCARNATION.matcher(incarnation).matches() || incarnation.equals(NONE)) {
            throw new IllegalArgumentException("store " + name + ": its incarnation cannot be told");
        }
    }

    boolean isClean() {
        return state == StoreState.CLEAN;
    }

    boolean isDown() {
        return state == StoreState.DOWN;
    }

    /** Whether an answer of this life of the store may be believed. */
    boolean isCleanIn(String life) {
        return isClean() && !life.isEmpty() && incarnation.equals(life);
    }

    StoreEntry in(StoreState other) {
        return new StoreEntry(name, failover, incarnation, other, placed, next);
    }

    StoreEntry in(StoreState other, String life) {
        return new StoreEntry(name, failover, life, other, placed, next);
    }

    StoreEntry placed(boolean now, boolean soon) {
        return new StoreEntry(name, failover, incarnation, state, now, soon);
    }

    /** {@code NAME STATE INCARNATION MARKS}, with the marks f, p and n for the three booleans. */
    String encode() {
        String marks = (failover ? "f" : "") + (placed ? "p" : "") + (next ? "n" : "");
        return String.join(" ", name, state.name(), orNone(incarnation), orNone(marks));
    }

    /** @throws IllegalArgumentException if it is no entry */
    static StoreEntry decode(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 4) {
            throw new IllegalArgumentException("a store entry of " + words.length + " words: it has 4");
        }
        String marks = words[3];
        return new StoreEntry(
                words[0],
                marks.contains("f"),
                words[2].equals(NONE) ? "" : words[2],
                StoreState.valueOf(words[1].toUpperCase(Locale.ROOT)),
                marks.contains("p"),
                marks.contains("n"));
    }

    private static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    @Override
    public String toString() {
        String place = placed == next ? "" : next ? " (comes in)" : " (goes out)";
        return name + " " + state + place;
    }
}
