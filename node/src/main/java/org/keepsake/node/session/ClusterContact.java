package org.keepsake.node.session;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.keepsake.node.session.time.Timing;

/**
 * The times during which this node could hear what the others tell, as numbers. What it trusts because nobody told it
 * otherwise, it trusts within one of them only. Thread-safe.
 *
 * <p>A node that stood still (frozen, a paused machine) may have missed its expulsion as well, so a gap between two
 * looks at the clock ends a contact too, until all others have answered again.
 */
final class ClusterContact {

    /** What stands for no contact. */
    static final long NONE = 0;

    /** How often {@link #check} is to be called. */
    static final Duration CHECK = Duration.ofMillis(250);

    /** Of a node that has no others. */
    static final ClusterContact ALONE = new ClusterContact(() -> 1, () -> {}, Timing.SYSTEM);

    private static final long STOOD_STILL = Duration.ofMillis(1500).toNanos();

    private final LongSupplier heard;
    private final Runnable lost;
    private final Timing timing;

    /** Guarded by this. */
    private long checked;

    /**
     * Begins to watch the clock.
     *
     * @param heard the number of the time for which all nodes have heard each other, {@link #NONE} if they do not; must
     *     not block
     * @param lost ends that time; must not block
     */
    ClusterContact(LongSupplier heard, Runnable lost, Timing timing) {
        this.heard = heard;
        this.lost = lost;
        this.timing = timing;
        this.checked = timing.nanos();
    }

    /** Looks at the clock; to be called without being asked, so that only a process that stands still leaves a gap. */
    synchronized void check() {
        long now = timing.nanos();
        if (now - checked > STOOD_STILL) {
            lost.run();
        }
        checked = now;
    }

    /** The number of the present contact, {@link #NONE} if there is none. */
    synchronized long present() {
        boolean unused = isRunning();
        return heard.getAsLong();
    }

    /** Whether this process runs and did not stand still just now; if it did, the contact is lost already. */
    synchronized boolean isRunning() {
        boolean stoodStill = timing.nanos() - checked > STOOD_STILL;
        if (stoodStill) {
            check();
        }
        return !stoodStill;
    }
}
