package org.keepsake.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract for databases: each test has a table of its own. */
abstract class JdbcContract extends PlaceContract {

    static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final AtomicInteger TABLES = new AtomicInteger();

    final String table = "sessions" + TABLES.incrementAndGet();

    abstract String url() throws Exception;

    @Nullable
    String user() {
        return null;
    }

    @Nullable
    String password() {
        return null;
    }

    ClassLoader drivers() {
        return getClass().getClassLoader();
    }

    @Override
    Place make() throws Exception {
        return make(TIMEOUT);
    }

    final Place make(Duration timeout) throws Exception {
        return new JdbcPlace(new JdbcSettings(url(), user(), password(), table, timeout, 8), drivers());
    }

    /** By the database's clock, which nobody turns. */
    @Override
    final void passASecond() throws Exception {
        Thread.sleep(1_050);
    }

    @Test
    void listsMoreThanAPage() throws Exception {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 2_100; i++) {
            keys.add("page:" + i);
            place.add("page:" + i, bytes("a"), 60);
        }
        place.add("pagf", bytes("a"), 60);

        Collections.sort(keys);
        assertEquals(keys, listed("page:"));
    }
}
