package org.keepsake.node.session;

import java.util.concurrent.CompletableFuture;

/**
 * What sticky nodes tell each other when one of them begins to trust its heap copy of a session, so that no other does
 * any more. Thread-safe.
 */
public interface Takeovers {

    /** Nobody else has sessions. */
    Takeovers NONE = key -> CompletableFuture.completedFuture(null);

    /**
     * This node trusts its copy of a session from now on. The future never fails; it completes soon, when all others
     * know or could not be told in time. A node that could not be told notices that it was out of touch.
     *
     * @param key prefix of the application and id of the session
     */
    CompletableFuture<?> tell(String key);
}
