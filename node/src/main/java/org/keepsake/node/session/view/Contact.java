package org.keepsake.node.session.view;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.keepsake.node.session.time.Timing;

/**
 * Numbers the times during which this node and every other one heard each other: an answer proves both directions.
 * Thread-safe.
 *
 * <p>Such a time ends when no round of questions was answered by all for a while, and when a node shows up that was not
 * among them: until then it can have done anything without this one being told. A node that is gone and not known to
 * have ended may be alive and cut off, so without it there is no contact; it begins anew once that node, or the next
 * one of its name, answers.
 */
final class Contact {

    /** What stands for no contact. */
    static final long NONE = 0;

    /** Shorter than a node waits for those it tells something: whoever was not told notices before it goes on. */
    private static final long LASTS = Duration.ofSeconds(2).toNanos();

    private static final System.Logger LOG = System.getLogger(Contact.class.getName());

    private final String node;
    private final Timing timing;

    /** Guarded by this, as all that follows: when the others were heard of last, in nanoseconds, by their ids. */
    private final Map<String, Long> known = new HashMap<>();

    private long number = NONE;

    /** When the last round began that all had answered, in nanoseconds. */
    private long lastRound;

    /** Rounds that began before it prove nothing. */
    private long notBefore;

    private boolean missing;

    Contact(String node, Timing timing) {
        this.node = node;
        this.timing = timing;
        this.notBefore = timing.nanos();
        this.lastRound = notBefore - LASTS;
    }

    /** The number of the present contact, {@link #NONE} if there is none. */
    synchronized long present() {
        return timing.nanos() - lastRound < LASTS ? number : NONE;
    }

    /**
     * Every member has answered.
     *
     * @param asked when the question was sent, in nanoseconds
     * @param answered the ids of those that answered
     * @param accounted whether those that are members no longer are known to have ended
     */
    synchronized void answered(long asked, Set<String> answered, boolean accounted) {
        if (asked - notBefore < 0 || (!accounted && isOneMissing(asked, answered))) {
            return;
        }
        missing = false;
        if (asked - lastRound >= LASTS || !known.keySet().containsAll(answered)) {
            number++;
        }
        lastRound = asked;
        // Of one that was heard of since, this round says nothing.
        known.values().removeIf(heard -> heard - asked <= 0);
        answered.forEach(other -> known.put(other, asked));
    }

    /** Another node has asked something. */
    synchronized void askedBy(String other) {
        if (known.put(other, timing.nanos()) == null) {
            number++;
        }
    }

    /** This process stood still: what it was told meanwhile may have been given up. */
    synchronized void lost() {
        notBefore = timing.nanos();
        lastRound = notBefore - LASTS;
    }

    private boolean isOneMissing(long asked, Set<String> answered) {
        for (Map.Entry<String, Long> other : known.entrySet()) {
            String name = name(other.getKey());
            if (other.getValue() - asked <= 0
                    && answered.stream().map(Contact::name).noneMatch(name::equals)) {
                warn(name);
                return true;
            }
        }
        return false;
    }

    private void warn(String name) {
        if (!missing) {
            missing = true;
            LOG.log(
                    Level.WARNING,
                    "node {0}: node {1} is gone and may be alive, cut off: until it or another one of its name is"
                            + " back, sticky sessions are asked for at the stores",
                    node,
                    name);
        }
    }

    /** What the next process of a node has in common with the one before. */
    private static String name(String id) {
        int end = id.lastIndexOf('-');
        return end < 0 ? id : id.substring(0, end);
    }
}
