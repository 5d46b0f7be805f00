package org.keepsake.node.session;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keepsake.node.session.view.Peers;

/** Take-overs told as questions that begin with {@code took}, to be answered by who kept changes. Thread-safe. */
final class PeerTakeovers implements Takeovers {

    private static final String TOOK = "took ";
    private static final String UNUSED = "unused ";
    private static final Pattern USE = Pattern.compile(UNUSED + "(\\d{1,9}) (.*)");
    private static final String USED = "used";
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
    public CompletableFuture<Kept> tell(String key) {
        return peers.ask(TOOK + key, LONGEST)
                .thenApply(round -> round.answers().stream()
                        .map(PeerTakeovers::kept)
                        .max(Comparator.naturalOrder())
                        .orElse(Kept.NOTHING));
    }

    @Override
    public CompletableFuture<Boolean> areDone(String key, int seconds) {
        return peers.ask(UNUSED + seconds + " " + key, LONGEST)
                .thenApply(round -> round.complete() && !round.answers().contains(USED));
    }

    /** The question whether a session is used, or was within so many seconds. */
    record Use(int seconds, String key) {}

    /** What a node was asked, if it was asked whether it uses a session. */
    static Optional<Use> use(String question) {
        Matcher asked = USE.matcher(question);
        return asked.matches()
                ? Optional.of(new Use(Integer.parseInt(asked.group(1)), asked.group(2)))
                : Optional.empty();
    }

    /** What is answered to a node that asked. */
    static String answer(boolean used) {
        return used ? USED : "";
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

    /** The key in what a node was asked, if it was told of a take-over. */
    static Optional<String> key(String question) {
        return question.startsWith(TOOK) ? Optional.of(question.substring(TOOK.length())) : Optional.empty();
    }
}
