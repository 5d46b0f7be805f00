package org.keepsake.node.session;

import java.util.concurrent.atomic.LongAdder;
import org.keepsake.node.session.repository.Counts;

/** Counts what happens to the sessions of one application. Thread-safe. */
final class SessionCounters {

    final LongAdder created = new LongAdder();
    final LongAdder expired = new LongAdder();
    final LongAdder invalidated = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder loaded = new LongAdder();
    final LongAdder trusted = new LongAdder();
    final LongAdder takenOver = new LongAdder();
    final LongAdder saved = new LongAdder();
    final LongAdder touched = new LongAdder();
    final LongAdder released = new LongAdder();
    final LongAdder undecodable = new LongAdder();
    final LongAdder unsaved = new LongAdder();
    final LongAdder lateLosses = new LongAdder();

    /** What was counted until now. */
    SessionStatistics statistics(String application, int active, Counts stores) {
        return new SessionStatistics(
                application,
                active,
                created.sum(),
                expired.sum(),
                invalidated.sum(),
                rejected.sum(),
                loaded.sum(),
                trusted.sum(),
                takenOver.sum(),
                saved.sum(),
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
