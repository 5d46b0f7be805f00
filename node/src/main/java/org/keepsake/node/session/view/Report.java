package org.keepsake.node.session.view;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a node says of itself when another asks. Immutable.
 *
 * <p>As text: {@code node ID GRANTED KEEPS PROGRESS}, a line of {@code STORE=INCARNATION} (empty when the store is known but not
 * reached), then the view, if it has one.
 *
 * @param node the node's id; the smallest of all leads
 * @param granted whether it promised what it was asked to
 * @param keeps whether it has something in its heap that no store has, or may have before it asks the others again
 * @param reach the stores it knows: the incarnation it reaches, "" if it does not
 */
record Report(
        String node,
        boolean granted,
        boolean keeps,
        Progress progress,
        Map<String, String> reach,
        Optional<View> view) {

    private static final String HEAD = "node";

    Report {
        reach = Map.copyOf(reach);
    }

    String encode() {
        StringBuilder text = new StringBuilder(256);
        text.append(String.join(" ", HEAD, node, Boolean.toString(granted), Boolean.toString(keeps), progress.encode()))
                .append('\n');
        text.append(encodeReach(reach));
        view.ifPresent(v -> text.append('\n').append(v.text()));
        return text.toString();
    }

    /** @throws IllegalArgumentException if it is no report */
    static Report decode(String text) {
        String[] parts = text.split("\n", 3);
        String[] head = parts[0].split(" ", 5);
        if (parts.length < 2 || head.length != 5 || !head[0].equals(HEAD)) {
            throw new IllegalArgumentException("a report that does not begin as one");
        }
        return new Report(
                head[1],
                Boolean.parseBoolean(head[2]),
                Boolean.parseBoolean(head[3]),
                Progress.decode(head[4]),
                decodeReach(parts[1]),
                parts.length < 3 ? Optional.empty() : Optional.of(View.decode(parts[2])));
    }

    private static String encodeReach(Map<String, String> reach) {
        StringBuilder line = new StringBuilder(64);
        new TreeMap<>(reach)
                .forEach((store, life) ->
                        line.append(store).append('=').append(life).append(' '));
        return line.toString().stripTrailing();
    }

    private static Map<String, String> decodeReach(String line) {
        Map<String, String> reach = new TreeMap<>();
        for (String word : line.isEmpty() ? new String[0] : line.split(" ")) {
            int mark = word.indexOf('=');
            if (mark < 1) {
                throw new IllegalArgumentException("a report of a store that has no name");
            }
            reach.put(word.substring(0, mark), word.substring(mark + 1));
        }
        return reach;
    }
}
