package org.keepsake.launcher.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterSettingsTest {

    @Test
    void anAddressThatIsNoGroupIsRefused() {
        refused("--multicast: 10.0.0.1 is no multicast group", "10.0.0.1", 1, 3, 1);
    }

    @Test
    void aTtlOutOfRangeIsRefused() {
        refused("--multicast-ttl: 256 is not between 0 and 255", "228.10.0.4", 1, 3, 256);
    }

    @Test
    void aTimeoutWithinTheHeartbeatIsRefused() {
        refused("--member-timeout: 2 s is not more than the heartbeat of 2 s", "228.10.0.4", 2, 2, 1);
    }

    private static void refused(String sentence, String group, int heartbeat, int timeout, int ttl) {
        var failure = assertThrows(
                IllegalArgumentException.class,
                () -> new ClusterSettings(
                        "c",
                        Discovery.MULTICAST,
                        new InetSocketAddress(group, 45564),
                        ttl,
                        List.of(),
                        Optional.empty(),
                        5701,
                        Duration.ofSeconds(heartbeat),
                        Duration.ofSeconds(timeout),
                        true,
                        Alike.NONE));
        assertEquals(sentence, String.valueOf(failure.getMessage()).substring(0, sentence.length()));
    }
}
