package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A user's mistake costs one clear sentence and exit code 2, never a stack trace. */
class WrongUseIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void namesTheOptionThatMovesATakenPort(TestInfo test) throws Exception {
        try (ServerSocket owner = new ServerSocket(0)) {
            String port = Integer.toString(owner.getLocalPort());
            String said = refused(test, "--role=store", "--port=" + port);
            assertTrue(said.contains(port) && said.contains("--store-port"), said);
        }
    }

    @Test
    void namesAnUnknownOption(TestInfo test) throws Exception {
        assertTrue(refused(test, "--role=store", "--prot=11211").contains("--prot"));
    }

    @Test
    void namesAnUnknownRole(TestInfo test) throws Exception {
        assertTrue(refused(test, "--role=waiter").contains("waiter"));
    }

    @Test
    void namesANumberThatIsNone(TestInfo test) throws Exception {
        assertTrue(refused(test, "--role=store", "--port=eleven").contains("eleven"));
    }

    @Test
    void namesAPortThatCannotBe(TestInfo test) throws Exception {
        assertTrue(refused(test, "--role=store", "--port=70000").contains("70000"));
    }

    @Test
    void namesAWarThatIsNoZip(TestInfo test) throws Exception {
        Path war = Files.writeString(directory.resolve("shop.war"), "not a zip");
        assertTrue(refused(test, "--role=node", "--port=" + Ports.free(), "--war=" + war)
                .contains("shop.war"));
    }

    @Test
    void namesAMemcachedNodeWithoutPort(TestInfo test) throws Exception {
        assertTrue(refused(test, "--role=node", "--port=" + Ports.free(), "--memcached-nodes=m1:127.0.0.1")
                .contains("m1:127.0.0.1"));
    }

    @Test
    void namesATypoInTheConfigFile(TestInfo test) throws Exception {
        Path config = Files.writeString(directory.resolve("store.conf"), "role=store\nprot=11211\n");
        assertTrue(refused(test, "--config=" + config).contains("prot"));
    }

    /** Runs the product with these options, which it must refuse; what it says. */
    private static String refused(TestInfo test, String... options) throws Exception {
        try (Site site = Site.open(test)) {
            List<String> all = new ArrayList<>(List.of(options));
            all.addAll(site.cluster());
            Program program = site.run("refused", site.small(all));
            assertEquals(2, program.exitCode(LIMIT), () -> program.out() + program.err());
            String said = program.err().strip();
            assertFalse(said.contains("\tat ") || said.contains("Exception"), said);
            assertEquals(1, said.lines().count(), said);
            return said;
        }
    }
}
