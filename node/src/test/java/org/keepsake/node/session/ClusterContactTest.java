package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.keepsake.node.session.time.ManualTiming;

class ClusterContactTest {

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
