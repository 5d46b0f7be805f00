package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
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
    private final AtomicLong heard = new AtomicLong(1);
    private final ClusterContact contact = new ClusterContact(heard::get, () -> heard.set(ClusterContact.NONE), timing);

    @Test
    void isWhatIsHeardAsLongAsTheClockIsLookedAt() {
        for (int i = 0; i < 100; i++) {
            timing.pause(ClusterContact.CHECK);
            contact.check();
        }
        assertEquals(1, contact.present());
        heard.set(2);
        assertEquals(2, contact.present());
    }

    @Test
    void isLostWhenTheProcessStoodStillAndARequestIsTheFirstToNotice() {
        timing.pause(Duration.ofSeconds(2));
        assertEquals(ClusterContact.NONE, contact.present());
    }

    @Test
    void isLostWhenTheProcessStoodStillAndTheClockIsLookedAtFirst() {
        timing.pause(Duration.ofSeconds(2));
        contact.check();
        assertEquals(ClusterContact.NONE, contact.present());
        heard.set(3);
        assertEquals(3, contact.present());
    }
}
