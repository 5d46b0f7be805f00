package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the product says of itself, and that the JVM has nothing to add. */
class HelpIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    @Test
    void tellsItsVersion(TestInfo test) throws Exception {
        assertTrue(said(test, "--version").contains(Product.VERSION));
    }

    @Test
    void tellsTheRolesAndTheCommonOptions(TestInfo test) throws Exception {
        String help = said(test, "--help");
        for (String word : List.of("--role", "balancer", "node", "store", "--cluster", "--discovery", "--config")) {
            assertTrue(help.contains(word), word + " is missing in:\n" + help);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "balancer, --stickiness, 8080",
        "node, --memcached-nodes, 8081",
        "store, --memory, 11211",
    })
    void tellsTheOptionsOfARoleWithTheirDefaults(String role, String option, String port, TestInfo test)
            throws Exception {
        String help = said(test, "--role=" + role, "--help");
        assertTrue(help.contains(option) && help.contains(port), help);
    }

    @ParameterizedTest
    @MethodSource("javaHomes")
    void startsWithoutAWarning(Path javaHome, TestInfo test) throws Exception {
        try (Site site = Site.plain(test)) {
            String name = javaHome.getFileName().toString();
            Program program = site.run(name, site.small(javaHome, site.everyRole(Ports.freeAddress())));
            for (String step : List.of("INFO ready", "joined in")) {
                Await.until("it is " + step, LIMIT, () -> program.err().contains(step));
            }
            assertFalse(
                    program.err().contains("WARN") || program.out().contains("WARN"),
                    () -> program.out() + program.err());
        }
    }

    /** The JVM that runs the tests, and every other installed one that is new enough. */
    static Stream<Path> javaHomes() throws IOException {
        List<Path> homes = new ArrayList<>(List.of(Product.JAVA_HOME.toRealPath()));
        Path installed = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(installed)) {
            try (Stream<Path> others = Files.list(installed)) {
                for (Path other : others.filter(HelpIT::isNewEnough).toList()) {
                    homes.add(other.toRealPath());
                }
            }
        }
        return homes.stream().distinct();
    }

    private static boolean isNewEnough(Path home) {
        try {
            return Files.isExecutable(home.resolve("bin/java"))
                    && Files.readAllLines(home.resolve("release")).stream()
                            .filter(line -> line.startsWith("JAVA_VERSION="))
                            .anyMatch(line -> Runtime.Version.parse(line.replaceAll("^.*=|\"", ""))
                                            .feature()
                                    >= 17);
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static String said(TestInfo test, String... options) throws Exception {
        try (Site site = Site.plain(test)) {
            Program program = site.run("help", site.small(List.of(options)));
            assertEquals(0, program.exitCode(LIMIT), program::err);
            assertEquals("", program.err());
            return program.out();
        }
    }
}
