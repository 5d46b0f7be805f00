package org.keepsake.webapp;

import java.util.List;
import java.util.Optional;

/** What happened, in one plain sentence or two. */
final class Story {

    private Story() {}

    /**
     * Tells it.
     *
     * @param visits the latest ones with the present one at the end
     * @param number the number of the present one in its session
     * @param unknown the session id a browser sent that nobody knows any more
     */
    static String tell(List<Visits.Visit> visits, int number, Optional<String> unknown) {
        String node = visits.get(visits.size() - 1).node();
        if (unknown.isPresent()) {
            return "Your browser came with a session that is no longer there: it was ended, it expired, or it was lost. "
                    + node + " began a new one.";
        }
        if (visits.size() < 2) {
            return "Welcome. Your session begins here, on " + node + ". Reload the page and watch it follow you.";
        }
        String before = visits.get(visits.size() - 2).node();
        if (before.equals(node)) {
            return "This request was served by " + node + ", like the one before. Your session is here: visit " + number
                    + ".";
        }
        return "This request was served by " + node + "; the one before by " + before
                + ". Your session came along: visit " + number + ".";
    }
}
