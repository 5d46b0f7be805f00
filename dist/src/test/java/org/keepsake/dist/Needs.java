package org.keepsake.dist;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What a test needs of its machine; without it the test is skipped, and says so. */
final class Needs {

    private Needs() {}

    static Path program(String name, String origin) {
        List<Path> found = Stream.of("/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin")
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .toList();
        need(!found.isEmpty(), name + " is not installed (" + origin + ")");
        return found.get(0);
    }

    static void need(boolean met, String otherwise) {
        if (!met) {
            System.out.println("  SKIPPED: " + otherwise);
        }
        Assumptions.assumeTrue(met, otherwise);
    }
}
