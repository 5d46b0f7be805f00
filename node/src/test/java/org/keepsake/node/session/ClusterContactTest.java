package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.keepsake.node.session.time.Timing;

class ClusterContactTest {

    /** Stands still until it is told otherwise. */
    private static final class ManualTiming implements Timing {

        private long now = 1_000;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public long millis() {
            return now / 1_000_000;
        }

        @Override
        public void await(CompletableFuture<?> answers) {
            answers.join();
        }

        @Override
        public void pause(Duration duration) {
            now += duration.toNanos();
        }
    }

    private final ManualTiming timing = new ManualTiming();
    private final AtomicBoolean inTouch = new AtomicBoolean(true);
    private final ClusterContact contact = new ClusterContact(inTouch::get, timing);

    @Test
    void isOneAsLongAsItIsLookedAtAndNothingHappens() {
        long first = contact.present();
        for (int i = 0; i < 100; i++) {
            timing.pause(ClusterContact.CHECK);
            contact.check();
        }
        assertEquals(first, contact.present());
    }

    @Test
    void isAnotherOneAfterTheClusterWasLost() {
        long first = contact.present();
        inTouch.set(false);
        assertEquals(ClusterContact.NONE, contact.present());
        contact.check();
        inTouch.set(true);
        assertNotEquals(first, contact.present());
    }

    @Test
    void isAnotherOneAfterTheProcessStoodStill() {
        long first = contact.present();
        timing.pause(Duration.ofSeconds(2));
        assertNotEquals(first, contact.present());
    }
}
