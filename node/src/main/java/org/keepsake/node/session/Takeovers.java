package org.keepsake.node.session;

import java.util.concurrent.CompletableFuture;

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
        public CompletableFuture<Kept> tell(String key) {
            return CompletableFuture.completedFuture(Kept.NOTHING);
        }

        @Override
        public CompletableFuture<Boolean> areDone(String key, int seconds) {
            return CompletableFuture.completedFuture(true);
        }
    };

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
     * This node trusts its copy of a session from now on. The future never fails; it completes soon, when all others
     * know or could not be told in time. A node that could not be told notices that it was out of touch.
     *
     * @param key prefix of the application and id of the session
     */
    CompletableFuture<Kept> tell(String key);

    /**
     * Whether all others said that they do not use a session and did not within so many seconds. The future never fails;
     * who does not answer in time may be using it.
     *
     * @param key prefix of the application and id of the session
     * @param seconds the time-out of the session, of which others may not have heard yet
     */
    CompletableFuture<Boolean> areDone(String key, int seconds);
}
