package org.keepsake.node.memcached;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ConnectionSettingsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void giveAnOperation300MillisecondsUnlessToldOtherwise() {
        assertEquals(Duration.ofMillis(300), ConnectionSettings.defaults().operationTimeout());
        assertEquals(SECOND, ConnectionSettings.withOperationTimeout(SECOND).operationTimeout());
    }

    @Test
    void sayInOneSentenceWhatIsWrong() {
        assertEquals(
                "memcached operation timeout: PT0S is not between 1 ms and 1 minute",
                refusal(() -> ConnectionSettings.withOperationTimeout(Duration.ZERO)));
        assertEquals(
                "memcached heartbeat: PT2M is not between 1 ms and 1 minute",
                refusal(() -> new ConnectionSettings(SECOND, 3, Duration.ofMinutes(2), SECOND, 1 << 20)));
        assertEquals(
                "memcached probe interval: PT-1S is not between 1 ms and 1 minute",
                refusal(() -> new ConnectionSettings(SECOND, 3, SECOND, Duration.ofSeconds(-1), 1 << 20)));
        assertEquals(
                "memcached timeouts until down: 0 is not between 1 and 100",
                refusal(() -> new ConnectionSettings(SECOND, 0, SECOND, SECOND, 1 << 20)));
        assertEquals(
                "memcached bytes in flight: 1000 is less than 1 MiB (1048576)",
                refusal(() -> new ConnectionSettings(SECOND, 3, SECOND, SECOND, 1000)));
    }

    private static String refusal(Executable make) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, make).getMessage());
    }
}
