package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** How big the product is, and how soon it answers. */
@Alone
class FootprintIT {

    private static final long MIB = 1024 * 1024;

    @Test
    void theFatJarStaysSmall() throws Exception {
        long size = Files.size(Product.JAR);
        Figures.say("fat jar", String.format(Locale.ROOT, "%.1f MiB", (double) size / MIB));
        assertTrue(size <= 32 * MIB, () -> "the fat jar has " + size + " bytes");
    }

    @Test
    void anIdleNodeStaysSmallAndAnswersSoon(TestInfo test) throws Exception {
        try (Site site = Site.open(test)) {
            site.store("m1").awaitReady();
            InetSocketAddress address = Ports.freeAddress();
            List<String> options = new ArrayList<>(site.cluster());
            options.addAll(List.of("--role=node", "--host=127.0.0.1", "--port=" + address.getPort()));
            long begun = System.nanoTime();
            Program node = site.run("node", Product.plain(options));
            Await.until("the first answer", Duration.ofSeconds(40), () -> answers(address));
            double seconds = (System.nanoTime() - begun) / 1e9;
            Await.until(
                    "it has joined", Duration.ofSeconds(40), () -> node.err().contains("joined in"));
            long resident = resident(node.pid());
            Figures.say(
                    "node",
                    String.format(
                            Locale.ROOT,
                            "first answer after %.1f s, %.0f MiB resident when idle",
                            seconds,
                            (double) resident / MIB));
            assertTrue(resident <= 200 * MIB, () -> resident + " bytes are resident");
        }
    }

    private static boolean answers(InetSocketAddress node) throws IOException {
        return Visit.parse(Browser.once(node, Visit.COUNT)).counter() == 1;
    }

    /** See proc(5), {@code VmRSS}. */
    private static long resident(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }
}
