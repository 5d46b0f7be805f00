package org.keepsake.node.grid;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Store;

/** Counts up what is under a key, as others do at the same time. */
final class Increments {

    private Increments() {}

    /** Returns how often it was asked to count, answered or not. */
    static int of(Store store, String key, int acknowledged) {
        return of(store, key, acknowledged, new AtomicInteger());
    }

    static int of(Store store, String key, int acknowledged, AtomicInteger all) {
        int mayBeCounted = 0;
        for (int counted = 0; counted < acknowledged; ) {
            if (!(store.gets(key).join() instanceof Reply.Found seen)) {
                continue;
            }
            int before = Integer.parseInt(new String(seen.value(), StandardCharsets.UTF_8));
            byte[] next = Integer.toString(before + 1).getBytes(StandardCharsets.UTF_8);
            Outcome outcome = store.cas(key, seen, next, 0).join().outcome();
            if (outcome == Outcome.OK) {
                counted++;
                all.incrementAndGet();
            } else if (outcome == Outcome.UNKNOWN) {
                mayBeCounted++;
            }
        }
        return acknowledged + mayBeCounted;
    }
}
