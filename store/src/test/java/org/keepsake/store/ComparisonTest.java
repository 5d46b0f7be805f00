package org.keepsake.store;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Our store and Debian's memcached, side by side while all the tests of a class run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ComparisonTest {

    final MemcachedServer ours = MemcachedServer.ours();
    private MemcachedServer debians = ours;

    ComparisonTest() throws IOException {}

    final MemcachedServer theirs() {
        return debians;
    }

    @BeforeAll
    void startMemcached() throws IOException {
        debians = MemcachedServer.debians();
    }

    @AfterAll
    void stop() {
        ours.close();
        debians.close();
    }
}
