package org.keepsake.launcher.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnouncementTest {

    @Test
    void comesBackAsItWasSent() {
        Announcement sent = new Announcement(
                7,
                List.of(
                        new Service(Role.NODE, "A", "10.0.0.1", 8081, Service.State.DRAINING),
                        new Service(Role.STORE, "m1", "", 11211, Service.State.READY)));
        assertEquals(sent, Announcement.decode(sent.encode()));
    }

    @Test
    void comesBackWithoutServicesToo() {
        Announcement sent = new Announcement(1, List.of());
        assertEquals(sent, Announcement.decode(sent.encode()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "1\nnode A 8081 READY",
                "1\ncook A 8081 READY ",
                "1\nnode A 80811 READY ",
                "1\nnode A! 8081 READY ",
                "1\nnode A 8081 TIRED ",
                "1\nnode A 8081 READY host;rm",
                "1\n\n",
            })
    void whatIsNoAnnouncementIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Announcement.decode(text));
    }

    @Test
    void aVeryLongTextIsRefusedUnread() {
        assertThrows(IllegalArgumentException.class, () -> Announcement.decode("1" + "\n".repeat(5000)));
    }
}
