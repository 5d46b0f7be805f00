package org.keepsake.node.session;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.keepsake.node.session.time.Timing;

/**
 * Numbers the times during which this node could hear what the others tell. What it trusts because nobody told it
 * otherwise, it trusts within one of them only. Thread-safe.
 *
 * <p>A node that stood still (frozen, a paused machine) may have missed its expulsion as well, so a gap between two
 * looks at the clock ends a contact too.
 */
final class ClusterContact {

    /** What stands for no contact. */
    static final long NONE = 0;

    /** How often {@link #check} is to be called. */
    static final Duration CHECK = Duration.ofMillis(250);

    private static final long STOOD_STILL = Duration.ofMillis(1500).toNanos();

    private final BooleanSupplier inTouch;
    private final Timing timing;

    /** Guarded by this, as all that follows. */
    private long number = 1;

    private long checked;

    /** @param inTouch whether this node hears the others now; must not block */
    ClusterContact(BooleanSupplier inTouch, Timing timing) {
        this.inTouch = inTouch;
        this.timing = timing;
        this.checked = timing.nanos();
    }

    /** Looks whether the contact still lasts; to be called without being asked, so that no gap goes unseen. */
    synchronized void check() {
        long now = timing.nanos();
        if (!inTouch.getAsBoolean() || now - checked > STOOD_STILL) {
            number++;
        }
        checked = now;
    }

    /** The number of the present contact, {@link #NONE} if there is none. */
    synchronized long present() {
        if (timing.nanos() - checked > STOOD_STILL) {
            check();
        }
        return inTouch.getAsBoolean() ? number : NONE;
    }
}
