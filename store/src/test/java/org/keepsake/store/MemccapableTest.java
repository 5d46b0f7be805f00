package org.keepsake.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What libmemcached's own test of servers says of ours. */
class MemccapableTest {

    private static final Path PROGRAM = Path.of("/usr/bin/memccapable");

    @Test
    @Timeout(120)
    void passesAllFiftyFourTestsOfLibmemcached() throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(PROGRAM),
                "SKIPPED: " + PROGRAM
                        + " is missing, no other's test of servers was run: apt install libmemcached-tools");
        try (MemcachedServer ours = MemcachedServer.ours()) {
            String output = run(ours);
            List<String> tests = output.lines()
                    .filter(line -> line.startsWith("ascii ") || line.startsWith("binary "))
                    .toList();
            assertEquals(54, tests.size(), output);
            assertTrue(tests.stream().allMatch(line -> line.endsWith("[pass]")), output);
        }
    }

    private static String run(MemcachedServer server) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        PROGRAM.toString(),
                        "-h",
                        server.address().getAddress().getHostAddress(),
                        "-p",
                        Integer.toString(server.address().getPort()))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
