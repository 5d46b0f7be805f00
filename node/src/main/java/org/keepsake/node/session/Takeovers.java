package org.keepsake.node.session;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * What sticky nodes tell each other when one of them begins to trust its heap copy of a session, so that no other does
 * any more. Thread-safe.
 */
public interface Takeovers {

    /** Nobody else has sessions. */
    Takeovers NONE = new Takeovers() {
        @Override
        public boolean mayBeKept() {
            return false;
        }

        @Override
        public CompletableFuture<Kept> tell(List<String> keys) {
            return CompletableFuture.completedFuture(Kept.NOTHING);
        }

        @Override
        public CompletableFuture<Set<String>> done(List<Use> asked) {
            return CompletableFuture.completedFuture(
                    asked.stream().map(Use::key).collect(Collectors.toSet()));
        }
    };

    /** Of so many sessions the nodes speak at once, at most. */
    int MOST = 100;

    /**
     * Whether a session is used, or was within so many seconds.
     *
     * @param key prefix of the application and id of the session
     */
    record Use(String key, int seconds) {}

    /** What another node kept of a session that no store had. */
    enum Kept {
        /** Nothing, as usual. */
        NOTHING,
        /** It has stored it by now, so the session is to be read again. */
        STORED,
        /** It could not store it yet, so nobody can serve the session now. */
        UNSTORED
    }

    /** Whether another node may keep sessions, or changes of them, that no store has; never blocks. */
    boolean mayBeKept();

    /**
     * No other node is to trust its copies of these sessions from now on. The future never fails; it completes soon, when
     * all others know or could not be told in time. A node that could not be told notices that it was out of touch.
     *
     * @param keys prefix of the application and id of each, at most {@link #MOST}
     */
    CompletableFuture<Kept> tell(List<String> keys);

    /**
     * The keys of those sessions of which all others said that they do not use them and did not within their time. The
     * future never fails; who does not answer in time may be using all of them.
     *
     * @param asked each with its time-out, of which others may not have heard yet; at most {@link #MOST}
     */
    CompletableFuture<Set<String>> done(List<Use> asked);
}
