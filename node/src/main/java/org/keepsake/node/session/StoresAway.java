package org.keepsake.node.session;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.keepsake.node.session.time.Timing;

/**
 * Whether this node may keep to itself for now what sticky sessions are given: no node reaches a store that is believed,
 * and this one has heard all others ever since it last reached such a store itself. Thread-safe.
 *
 * <p>A node that was cut off, or stood still, reaches no store either and may hear of nobody; it cannot know whether
 * others go on without it, so for it the answer is no until it reached a store again.
 */
final class StoresAway {

    /** Longer than it takes to find out that no store is there. */
    private static final Duration VERDICT = Duration.ofSeconds(1);

    private static final Duration STEP = Duration.ofMillis(50);

    private final BooleanSupplier away;
    private final BooleanSupplier reached;
    private final ClusterContact contact;
    private final Timing timing;

    /** The contact in which this node last reached a believed store. */
    private volatile long reachedIn = ClusterContact.NONE;

    /**
     * @param away whether no node reaches a believed store, as all of them said just now
     * @param reached whether this node reached one within the last moments, fewer than it takes to lose the contact
     */
    StoresAway(BooleanSupplier away, BooleanSupplier reached, ClusterContact contact, Timing timing) {
        this.away = away;
        this.reached = reached;
        this.contact = contact;
        this.timing = timing;
    }

    /** To be called as often as the contact is checked. */
    void check() {
        if (reached.getAsBoolean()) {
            reachedIn = contact.present();
        }
    }

    boolean now() {
        return away.getAsBoolean() && heardAll();
    }

    /** Whether this node has reached a believed store, and has heard all others ever since. */
    boolean heardAll() {
        long present = contact.present();
        return present != ClusterContact.NONE && present == reachedIn;
    }

    /** As {@link #now}, after an operation failed so fast that nobody can have found out yet why. */
    boolean afterAll() {
        long until = timing.nanos() + VERDICT.toNanos();
        while (!now()) {
            if (isReached() || timing.nanos() - until > 0) {
                return false;
            }
            timing.pause(STEP);
        }
        return true;
    }

    /** Whether this node reaches a store that is believed, and nobody has found out that it no longer does. */
    boolean isReached() {
        return reached.getAsBoolean() && !away.getAsBoolean();
    }
}
