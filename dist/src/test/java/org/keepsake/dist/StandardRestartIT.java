package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A node without stores that is stopped cleanly and started again. */
class StandardRestartIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    private Path directory;

    @Test
    void goesOnWithItsSessions(TestInfo test) throws Exception {
        try (Site site = Site.open(test)) {
            Server node = site.node("A", "--session-manager=standard", "--session-directory=" + directory)
                    .awaitReady();
            try (Browser user = new Browser(node.address())) {
                Visit first = Visit.parse(user.get(Visit.COUNT));
                Path file = directory.resolve("A").resolve("test.sessions");

                node.stop();
                assertEquals(143, node.program().exitCode(LIMIT));
                assertTrue(Files.exists(file), node.log());
                node.restart();
                Server again = node.awaitReady();

                try (Browser returning = user.at(again.address())) {
                    Visit second = Visit.parse(returning.get(Visit.COUNT));
                    assertEquals(first.session(), second.session());
                    assertEquals(first.counter() + 1, second.counter());
                    assertEquals(first.created(), second.created());
                }
                assertFalse(Files.exists(file), again.log());
                assertFalse(again.log().contains("WARN"), again.log());
            }
        }
    }
}
