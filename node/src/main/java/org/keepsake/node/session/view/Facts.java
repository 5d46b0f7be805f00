package org.keepsake.node.session.view;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What all nodes together know of the stores at one moment. Immutable.
 *
 * @param reports of every node, this one's among them
 * @param views by which nodes go, and which believed stores have
 */
record Facts(List<Report> reports, List<View> views) {

    Facts {
        reports = List.copyOf(reports);
        views = List.copyOf(views);
    }

    /** The nodes that were told of stores already; one that starts does not know what it reaches. */
    private List<Report> speaking() {
        return reports.stream().filter(report -> !report.reach().isEmpty()).toList();
    }

    /** All stores that some node is to use. */
    Set<String> known() {
        Set<String> known = new HashSet<>();
        reports.forEach(report -> known.addAll(report.reach().keySet()));
        return known;
    }

    /** The incarnation of a store that every node reaches; "" if one does not, or they reach different ones. */
    String reachedByAll(String store) {
        Set<String> lives = new HashSet<>();
        speaking().forEach(report -> lives.add(report.reach().getOrDefault(store, "")));
        return lives.size() == 1 ? lives.iterator().next() : "";
    }

    /** Whether no node reaches a store. */
    boolean isReachedByNone(String store) {
        return speaking().stream()
                .allMatch(report -> report.reach().getOrDefault(store, "").isEmpty());
    }

    /** Whether some node reaches a store that is CLEAN, in the life in which it is. */
    boolean isReachedClean(StoreEntry store) {
        return speaking().stream()
                .anyMatch(report -> store.isCleanIn(report.reach().getOrDefault(store.name(), "")));
    }

    /** Whether a store was reached that is another life of it than this one. */
    boolean isAnotherLife(String store, String life) {
        List<String> reached = new ArrayList<>();
        reports.forEach(report -> reached.add(report.reach().getOrDefault(store, "")));
        reached.removeIf(String::isEmpty);
        return !reached.isEmpty() && reached.stream().noneMatch(life::equals);
    }

    /** Whether every node has put what its heap has into the stores of this recovering view. */
    boolean allRecovered(long view) {
        return reports.stream().allMatch(report -> report.progress().recovered() >= view);
    }

    /** For how many seconds every node has gone by this view, as the one knows that has seen most of it. */
    long waited(View view) {
        return reports.stream()
                .filter(report -> report.view().filter(view::equals).isPresent())
                .mapToLong(report -> report.progress().waited())
                .max()
                .orElse(0);
    }

    /** For how many seconds stores keep any session after its last use, see {@link View#longest}. */
    int longest() {
        return reports.stream()
                .mapToInt(report -> report.progress().longest())
                .max()
                .orElse(0);
    }

    /** Whether there are views of which neither comes from the other. */
    boolean disagree() {
        return views.stream().anyMatch(a -> views.stream().anyMatch(b -> !a.comesFrom(b) && !b.comesFrom(a)));
    }
}
