package org.keepsake.launcher.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeparturesTest {

    private final Departures departures = new Departures("test");

    @BeforeEach
    void start() {
        departures.start();
    }

    @AfterEach
    void close() {
        departures.close();
    }

    @Test
    void nobodyIsMissedBeforeAnybodyCame() {
        departures.members(Set.of());
        assertTrue(departures.allEnded());
    }

    @Test
    void aMemberWhosePortIsOpenMayBeAliveAndHasEndedOnceItIsClosed() throws Exception {
        try (ServerSocket port = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            leave(addressOf(port));
            // The second visitor comes after the first was thought about.
            for (int i = 0; i < 2; i++) {
                port.accept().close();
                assertFalse(departures.allEnded());
            }
        }
        while (!departures.allEnded()) {
            Thread.sleep(10);
        }
    }

    @Test
    void aMemberThatIsBackIsNotMissed() throws Exception {
        try (ServerSocket port = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = addressOf(port);
            leave(address);
            assertFalse(departures.allEnded());
            departures.members(Set.of(address));
            assertTrue(departures.allEnded());
        }
    }

    private void leave(InetSocketAddress address) {
        departures.members(Set.of(address));
        departures.members(Set.of());
    }

    private static InetSocketAddress addressOf(ServerSocket port) {
        return new InetSocketAddress(port.getInetAddress().getHostAddress(), port.getLocalPort());
    }
}
