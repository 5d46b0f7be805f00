package org.keepsake.dist;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a crowd saw, gathered while it visits. Thread-safe: every method is synchronized.
 *
 * <p>An increment is lost when an answer, or the last look, shows less than the answer before it promised. A jump is an
 * increment that nobody was told of: a request that was served twice because its first answer never came.
 */
final class Tally {

    private static final int TOLD = 20;

    private final long began = System.nanoTime();
    private final List<String> failures = new ArrayList<>();
    private final Map<String, Long> served = new TreeMap<>();
    private long requests;
    private long failed;
    private long lostSessions;
    private long lostIncrements;
    private long jumps;
    private long slowestNanos;

    synchronized void answered(Visit visit, long nanos) {
        requests++;
        served.merge(visit.node(), 1L, Long::sum);
        slowestNanos = Math.max(slowestNanos, nanos);
    }

    synchronized void failed(String why, long nanos) {
        requests++;
        failed++;
        slowestNanos = Math.max(slowestNanos, nanos);
        note(why);
    }

    synchronized void sessionLost(Visit before, Visit now) {
        lostSessions++;
        note("the session " + before.session() + " became " + now.session() + " on node " + now.node());
    }

    /** What the session holds, and what it must hold at least. */
    synchronized void counted(Visit visit, long expected) {
        long difference = visit.counter() - expected;
        if (difference < 0) {
            lostIncrements -= difference;
            note("session " + visit.session() + " counts " + visit.counter() + " instead of " + expected + " on node "
                    + visit.node());
        } else {
            jumps += difference;
        }
    }

    synchronized long servedBy(String node) {
        return served.getOrDefault(node, 0L);
    }

    /** Prints the figures in one line, under the name of what was done. */
    synchronized void assertNothingLost(String what) {
        Figures.say(what, toString());
        if (failed > 0 || lostSessions > 0 || lostIncrements > 0) {
            throw new AssertionError(what + ": " + this + "\n" + String.join("\n", failures));
        }
    }

    @Override
    public synchronized String toString() {
        return String.format(
                Locale.ROOT,
                "%7d answers, %2d failed, %d sessions and %d increments lost, %2d twice, slowest %5d ms %s",
                requests,
                failed,
                lostSessions,
                lostIncrements,
                jumps,
                slowestNanos / 1_000_000,
                served);
    }

    private void note(String what) {
        if (failures.size() < TOLD) {
            failures.add(String.format(Locale.ROOT, "%.3f s: %s", (System.nanoTime() - began) / 1e9, what));
        }
    }
}
