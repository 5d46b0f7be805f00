package org.keepsake.webapp;

import java.util.List;

/**
 * The colour of a node: A is green and B is red, every other name has one of the rest for good. White text on each has a
 * contrast of at least 4.5 to 1 (WCAG 2.2, AA).
 */
public final class Colours {

    private static final List<String> PALETTE = List.of(
            "#1b7a3d", "#c62828", "#1565c0", "#6a1b9a", "#00695c", "#ad1457", "#a84300", "#37474f", "#283593",
            "#5d4037");

    private static final int FIXED = 2;

    private Colours() {}

    /** Every colour, as {@code #rrggbb}, by its number. */
    public static List<String> palette() {
        return PALETTE;
    }

    /** The number of a node's colour. */
    public static int of(String node) {
        return switch (node) {
            case "A" -> 0;
            case "B" -> 1;
            default -> FIXED + Math.floorMod(node.hashCode(), PALETTE.size() - FIXED);
        };
    }
}
