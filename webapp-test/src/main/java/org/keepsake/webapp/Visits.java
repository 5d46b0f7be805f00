package org.keepsake.webapp;

import java.util.ArrayList;
import java.util.List;

/**
 * The latest visits of a session, as a session keeps them: one string, {@code A@1767225600000 B@1767225601500}, so that
 * any node of any version can read it.
 *
 * @param latest the latest ones, oldest first
 */
public record Visits(List<Visit> latest) {

    private static final int KEPT = 8;

    /** One visit: the node that served it and when, in milliseconds since 1970. */
    public record Visit(String node, long time) {}

    public Visits {
        latest = List.copyOf(latest);
    }

    /** Reads what {@link #text} wrote; what cannot be read is left out. */
    static Visits parse(String text) {
        List<Visit> visits = new ArrayList<>();
        for (String word : text.split(" ", -1)) {
            int at = word.lastIndexOf('@');
            if (at > 0 && word.substring(at + 1).matches("[0-9]{1,15}")) {
                visits.add(new Visit(word.substring(0, at), Long.parseLong(word.substring(at + 1))));
            }
        }
        return new Visits(visits);
    }

    /** These and one more; the oldest is forgotten. */
    Visits with(Visit visit) {
        List<Visit> visits = new ArrayList<>(latest);
        visits.add(visit);
        return new Visits(visits.subList(Math.max(0, visits.size() - KEPT), visits.size()));
    }

    String text() {
        return String.join(
                " ",
                latest.stream().map(visit -> visit.node() + "@" + visit.time()).toList());
    }
}
