package org.keepsake.node.session.view;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.time.Timing;

/** The view this node goes by, and what it has promised. Thread-safe. */
final class ViewState {

    private static final System.Logger LOG = System.getLogger(ViewState.class.getName());

    /** How long a promise binds when nothing comes of it: longer than a change takes. */
    private static final long PROMISE = Duration.ofSeconds(2).toNanos();

    /** A process that has not looked for so long was frozen, and may have been given up by the others. */
    private static final long FRESH = Duration.ofSeconds(2).toNanos();

    /** For how long a look says that a store is reached: shorter than {@link #FRESH}. */
    private static final long REACHED = Duration.ofMillis(1_500).toNanos();

    private static final int MOST_FOREIGN = 8;

    private final String node;
    private final Timing timing;

    /** The current view as one piece, for readers without a lock; null while there is none. */
    private volatile @Nullable Current current;

    /** When the agent last saw what the stores say, in nanoseconds. */
    private volatile long lastLook;

    /** When a believed store was last asked that told of no later view, in nanoseconds. */
    private volatile long lastTold;

    /** When this node was last seen to reach a CLEAN store, in nanoseconds. */
    private volatile long lastReached;

    /** Whether no member reached a CLEAN store when all were asked last; false when not all answered. */
    private volatile boolean away;

    /** The last view that every member is known to go by, or a later one; grows. */
    private volatile long confirmed;

    /** When that became known, in nanoseconds. */
    private volatile long confirmedAt;

    /** Guarded by this, as all that follows: to whom the number of the next view is promised. */
    private String promisedTo = "";

    private long promised;
    private long promisedAt;

    /** Views met that neither come from the current one nor lead to it. */
    private final List<View> foreign = new ArrayList<>();

    /** A view and its bytes. */
    @SuppressWarnings("ArrayRecordComponent") // made once, compared by the one who reads
    record Current(View view, byte[] bytes) {}

    ViewState(String node, Timing timing) {
        this.node = node;
        this.timing = timing;
        this.lastLook = timing.nanos();
        this.lastTold = lastLook - FRESH;
        this.lastReached = timing.nanos() - REACHED;
    }

    @Nullable
    Current current() {
        return current;
    }

    Optional<View> view() {
        Current now = current;
        return now == null ? Optional.empty() : Optional.of(now.view());
    }

    /**
     * Goes by this view if it comes from the one there is.
     *
     * @return whether it is a newer one
     */
    synchronized boolean adopt(View newer) {
        View now = view().orElse(null);
        if (now != null && (now.comesFrom(newer) || !newer.comesFrom(now))) {
            if (!now.comesFrom(newer) && foreign.size() < MOST_FOREIGN && !foreign.contains(newer)) {
                foreign.add(newer);
            }
            return false;
        }
        current = new Current(newer, newer.encode());
        foreign.removeIf(newer::comesFrom);
        LOG.log(newer.isRecovering() ? Level.WARNING : Level.INFO, "node {0}: {1}{2}", node, newer, remark(newer));
        return true;
    }

    private static String remark(View view) {
        return view.isRecovering()
                ? " - no store has everything any more: what all stores and nodes have is put together,"
                        + " and what none of them has is lost"
                : "";
    }

    /** Views that exist beside the current one: parts of the cluster did not see each other. */
    synchronized List<View> foreign() {
        return List.copyOf(foreign);
    }

    /** Promises to leave this number to one node; false if it is somebody else's, or no news. */
    synchronized boolean promise(String to, long number) {
        boolean taken = promised >= number && !promisedTo.equals(to) && timing.nanos() - promisedAt < PROMISE;
        if (taken || view().map(View::number).orElse(0L) >= number) {
            return false;
        }
        promisedTo = to;
        promised = number;
        promisedAt = timing.nanos();
        return true;
    }

    synchronized void confirm(long number) {
        if (number > confirmed) {
            confirmedAt = timing.nanos();
            confirmed = number;
        }
    }

    /** For how many seconds this node has known that every node goes by this view; 0 if it is not the present one. */
    synchronized long waited(View view) {
        boolean all = isConfirmed(view) && view().filter(view::equals).isPresent();
        return all ? Duration.ofNanos(timing.nanos() - confirmedAt).toSeconds() : 0;
    }

    long confirmed() {
        return confirmed;
    }

    boolean isConfirmed(View view) {
        return confirmed >= view.number();
    }

    /**
     * @param asked when the stores were asked, in nanoseconds: a process may freeze with their answers in its hands
     * @param told whether a believed store said which view it has
     */
    void looked(long asked, boolean told) {
        lastLook = asked;
        lastTold = told ? asked : lastTold;
    }

    /** Whether this process has looked at its stores lately, as one that was frozen has not. */
    boolean isFresh() {
        return timing.nanos() - lastLook < FRESH;
    }

    /** Whether a believed store was asked lately, and told of no view that is later than the one there is. */
    boolean isUpToDate() {
        return timing.nanos() - lastTold < FRESH;
    }

    /** Whether no node is up to date any more that was not told of the last confirmed view, wherever it is. */
    boolean isKnownWide() {
        return timing.nanos() - confirmedAt >= FRESH;
    }

    /** A CLEAN store answered. */
    void reached(long asked) {
        lastReached = asked;
        away = false;
    }

    /** Whether this node reached a CLEAN store lately. */
    boolean isReaching() {
        return timing.nanos() - lastReached < REACHED;
    }

    void away(boolean fromAll) {
        away = fromAll;
    }

    /** Whether no member reaches a CLEAN store, as all of them said lately. */
    boolean isAway() {
        return away && isFresh();
    }
}
