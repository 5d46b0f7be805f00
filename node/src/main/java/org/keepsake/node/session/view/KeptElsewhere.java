package org.keepsake.node.session.view;

import java.time.Duration;
import org.keepsake.node.session.time.Timing;

/**
 * Whether another node may have in its heap what no store has. Thread-safe.
 *
 * <p>A sticky node keeps what sessions are given only when every node, this one too, has told it that it reaches no
 * believed store. Whoever tells that takes note of it here first; from then on others may keep something, until all of
 * them say that they do not, asked so late that none goes by what it was told before.
 */
final class KeptElsewhere {

    /** Longer than a node goes by what another one told: the time of a question, and of a look. */
    private static final long LASTS = Duration.ofSeconds(3).toNanos();

    private final Timing timing;

    private volatile boolean possible = true;

    /** Guarded by this, as all that follows: when others last may have begun to keep something, in nanoseconds. */
    private long begun;

    /** The number of the view by which this node last told what it reaches. */
    private long view;

    KeptElsewhere(Timing timing) {
        this.timing = timing;
        this.begun = timing.nanos();
    }

    boolean isPossible() {
        return possible;
    }

    /**
     * This node is about to tell the others what it reaches.
     *
     * @param number of the view by which a store is believed or not
     * @param reached whether a believed one is among them
     */
    synchronized void telling(long number, boolean reached) {
        if (!reached || number != view) {
            possible();
        }
        view = number;
    }

    /** Not all nodes hear each other, or agree. */
    synchronized void possible() {
        begun = timing.nanos();
        possible = true;
    }

    /**
     * All others have said that they keep nothing, and will not before they were told again that no store is there.
     *
     * @param asked when they were asked, in nanoseconds
     */
    synchronized void nothing(long asked) {
        if (asked - begun >= LASTS) {
            possible = false;
        }
    }
}
