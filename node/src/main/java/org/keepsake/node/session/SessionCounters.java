package org.keepsake.node.session;

import java.util.concurrent.atomic.LongAdder;
import org.keepsake.node.session.repository.Counts;

/** Counts what happens to the sessions of one application, if it is to be counted. Thread-safe. */
final class SessionCounters {

    final LongAdder created;
    final LongAdder expired;
    final LongAdder invalidated;
    final LongAdder rejected;
    final LongAdder unavailable;
    final LongAdder loaded;
    final LongAdder trusted;
    final LongAdder takenOver;
    final LongAdder saved;
    final LongAdder kept;
    final LongAdder touched;
    final LongAdder released;
    final LongAdder undecodable;
    final LongAdder unsaved;
    final LongAdder lateLosses;

    /** @param counting otherwise everything stays 0 */
    SessionCounters(boolean counting) {
        created = Counts.adder(counting);
        expired = Counts.adder(counting);
        invalidated = Counts.adder(counting);
        rejected = Counts.adder(counting);
        unavailable = Counts.adder(counting);
        loaded = Counts.adder(counting);
        trusted = Counts.adder(counting);
        takenOver = Counts.adder(counting);
        kept = Counts.adder(counting);
        saved = Counts.adder(counting);
        touched = Counts.adder(counting);
        released = Counts.adder(counting);
        undecodable = Counts.adder(counting);
        unsaved = Counts.adder(counting);
        lateLosses = Counts.adder(counting);
    }

    /** What was counted until now. */
    SessionStatistics statistics(String application, int active, Counts stores) {
        return new SessionStatistics(
                application,
                active,
                created.sum(),
                expired.sum(),
                invalidated.sum(),
                rejected.sum(),
                unavailable.sum(),
                loaded.sum(),
                trusted.sum(),
                takenOver.sum(),
                saved.sum(),
                kept.sum(),
                touched.sum(),
                released.sum(),
                stores.conflicts(),
                stores.repairs(),
                stores.damaged(),
                stores.newer(),
                stores.unknown(),
                undecodable.sum(),
                unsaved.sum(),
                stores.lockWaits(),
                stores.lockTimeouts(),
                stores.locksAbandoned(),
                stores.locksLost(),
                lateLosses.sum(),
                stores.bytesRead(),
                stores.bytesWritten());
    }
}
