package org.keepsake.node.session;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.keepsake.node.session.view.Peers;

/**
 * Take-overs told as questions that begin with {@code took}, to be answered by who kept changes, and questions that begin
 * with {@code unused}, to be answered with the keys that are used. Keys stand on a line each. Thread-safe.
 */
final class PeerTakeovers implements Takeovers {

    private static final String TOOK = "took ";
    private static final String UNUSED = "unused ";
    private static final Pattern USE = Pattern.compile("(\\d{1,9}) (.*)");
    private static final String LINE = "\n";
    private static final String STORED = "stored";
    private static final String UNSTORED = "unstored";
    private static final Duration LONGEST = Duration.ofMillis(2_200);

    private final Peers peers;
    private final BooleanSupplier kept;

    /** @param kept whether another node may keep what no store has */
    PeerTakeovers(Peers peers, BooleanSupplier kept) {
        this.peers = peers;
        this.kept = kept;
    }

    @Override
    public boolean mayBeKept() {
        return kept.getAsBoolean();
    }

    @Override
    public CompletableFuture<Kept> tell(List<String> keys) {
        return peers.ask(TOOK + String.join(LINE, keys), LONGEST)
                .thenApply(round -> round.answers().stream()
                        .map(PeerTakeovers::kept)
                        .max(Comparator.naturalOrder())
                        .orElse(Kept.NOTHING));
    }

    @Override
    public CompletableFuture<Set<String>> done(List<Use> asked) {
        String uses = asked.stream().map(use -> use.seconds() + " " + use.key()).collect(Collectors.joining(LINE));
        return peers.ask(UNUSED + uses, LONGEST).thenApply(round -> round.complete() ? done(asked, round) : Set.of());
    }

    private static Set<String> done(List<Use> asked, Peers.Round round) {
        Set<String> done = asked.stream().map(Use::key).collect(Collectors.toCollection(HashSet::new));
        round.answers().forEach(used -> done.removeAll(List.of(used.split(LINE))));
        return done;
    }

    /** What a node was asked, if it was asked whether it uses sessions. */
    static Optional<List<Use>> uses(String question) {
        return question.startsWith(UNUSED)
                ? Optional.of(question.substring(UNUSED.length())
                        .lines()
                        .flatMap(line -> use(line).stream())
                        .toList())
                : Optional.empty();
    }

    private static Optional<Use> use(String line) {
        Matcher use = USE.matcher(line);
        return use.matches() ? Optional.of(new Use(use.group(2), Integer.parseInt(use.group(1)))) : Optional.empty();
    }

    /** What is answered to a node that asked: those that are used. */
    static String answer(List<Use> used) {
        return used.stream().map(Use::key).collect(Collectors.joining(LINE));
    }

    private static Kept kept(String answer) {
        return answer.equals(STORED) ? Kept.STORED : answer.equals(UNSTORED) ? Kept.UNSTORED : Kept.NOTHING;
    }

    /** What is answered to a node that told. */
    static String answer(Kept kept) {
        return switch (kept) {
            case NOTHING -> "";
            case STORED -> STORED;
            case UNSTORED -> UNSTORED;
        };
    }

    /** The keys in what a node was asked, if it was told of take-overs. */
    static Optional<List<String>> keys(String question) {
        return question.startsWith(TOOK)
                ? Optional.of(question.substring(TOOK.length()).lines().toList())
                : Optional.empty();
    }
}
