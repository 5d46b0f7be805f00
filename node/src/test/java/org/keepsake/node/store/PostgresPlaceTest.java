package org.keepsake.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresPlaceTest extends ServerContract {

    private static @Nullable PostgresProcess server;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresProcess.start();
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

    /** As happens whenever a lock is waited for. */
    @Test
    void addsToWhatIsThereWithoutAnErrorInTheLogOfTheServer() throws Exception {
        place.add("lock", bytes("mine"), 60);

        assertEquals(Outcome.NOT_STORED, place.add("lock", bytes("yours"), 60).outcome());

        assertFalse(server().logged().contains("duplicate key"), server().logged());
    }
}
