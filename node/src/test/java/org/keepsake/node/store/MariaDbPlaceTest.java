package org.keepsake.node.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MariaDbPlaceTest extends ServerContract {

    private static @Nullable MariaDbProcess server;

    @BeforeAll
    static void start() throws Exception {
        server = MariaDbProcess.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Override
    DatabaseProcess server() {
        return Objects.requireNonNull(server);
    }

    /** Quotes become two characters each on their way to the server. */
    @Test
    void takesValuesAsLargeAsItSays() throws Exception {
        byte[] value = new byte[(int) place.maxItemSize()];
        Arrays.fill(value, (byte) '\'');

        assertEquals(Outcome.OK, place.set("large", value, 60).outcome());

        assertArrayEquals(value, place.read("large").orElseThrow().value());
    }
}
