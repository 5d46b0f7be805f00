package org.keepsake.node.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.keepsake.node.session.view.Peers;

/** Take-overs told as questions that begin with {@code took} and that nobody needs to answer. Thread-safe. */
final class PeerTakeovers implements Takeovers {

    private static final String TOOK = "took ";
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final Peers peers;

    PeerTakeovers(Peers peers) {
        this.peers = peers;
    }

    @Override
    public CompletableFuture<?> tell(String key) {
        return peers.ask(TOOK + key, LONGEST);
    }

    /** The key in what a node was asked, if it was told of a take-over. */
    static Optional<String> key(String question) {
        return question.startsWith(TOOK) ? Optional.of(question.substring(TOOK.length())) : Optional.empty();
    }
}
