package org.keepsake.dist;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Which stores the nodes believe, as they log it. */
final class Views {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Pattern VIEW = Pattern.compile(" view ([0-9]+): (m.*)");

    private Views() {}

    /**
     * Waits until every node says that both stores have everything.
     *
     * @param after the number of the view that was in force before what happened; the one waited for is newer
     * @return its number
     */
    static int awaitWhole(List<Server> nodes, int after) throws InterruptedException {
        return awaitAllWhole(nodes.stream().map(Server::program).toList(), after);
    }

    /** The same of processes that have a node among their roles. */
    static int awaitAllWhole(List<Program> nodes, int after) throws InterruptedException {
        Await.until(
                "both stores have everything",
                PATIENCE,
                () -> nodes.stream()
                        .allMatch(node -> number(node) > after && view(node).matches("m[12] CLEAN, m[12] CLEAN")));
        return nodes.stream().mapToInt(Views::number).max().orElseThrow();
    }

    private static int number(Program node) {
        return newest(node).map(view -> Integer.parseInt(view.group(1))).orElse(0);
    }

    private static String view(Program node) {
        return newest(node).map(view -> view.group(2)).orElse("");
    }

    private static Optional<MatchResult> newest(Program node) {
        return VIEW.matcher(node.err()).results().reduce((older, newer) -> newer);
    }
}
