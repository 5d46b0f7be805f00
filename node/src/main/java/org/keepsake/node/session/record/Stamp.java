package org.keepsake.node.session.record;

/**
 * When, in the causal order of one attribute, it was written. Immutable.
 *
 * <p>No clock is involved: a node that wakes from a freeze would have the newest one. A write counts one more than the
 * state its own request was handed, so it supersedes what that request had seen and nothing else.
 *
 * @param counter 0 for never written, below {@link #LIMIT}
 * @param explicit whether the application said so ({@code setAttribute}); otherwise a changed encoding was detected,
 *     which loses a tie
 * @param writer unique for each request that writes, so that two writes never carry the same stamp
 */
public record Stamp(long counter, boolean explicit, long writer) implements Comparable<Stamp> {

    /** What was never written. */
    public static final Stamp NONE = new Stamp(0, false, 0);

    /** Counters stay below it; a record that says otherwise is damaged. */
    static final long LIMIT = 1L << 62;

    public Stamp {
        if (counter < 0 || counter >= LIMIT) {
            throw new IllegalArgumentException("stamp counter " + counter + ": is not between 0 and 2^62");
        }
    }

    /** The stamp of a write whose request was handed what this stamp marks. */
    public Stamp next(boolean explicitly, long byWriter) {
        return new Stamp(counter + 1, explicitly, byWriter);
    }

    @Override
    public int compareTo(Stamp other) {
        int order = Long.compare(counter, other.counter);
        if (order == 0) {
            order = Boolean.compare(explicit, other.explicit);
        }
        return order != 0 ? order : Long.compareUnsigned(writer, other.writer);
    }
}
