package org.keepsake.node.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an archive may hold has bounds, whatever it says of itself. */
class WarArchiveTest {

    private static final WarArchive.Limits SMALL = new WarArchive.Limits(3, 1000, 1500);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private String refusal(War war) throws Exception {
        Path file = war.write(folder.resolve("a.war"));
        DeploymentFailed failure = assertThrows(DeploymentFailed.class, () -> {
            try (WarArchive archive = WarArchive.open(file, SMALL)) {
                archive.unpack(folder.resolve("out"));
            }
        });
        return String.valueOf(failure.getMessage());
    }

    @Test
    void refusesTooManyEntries() throws Exception {
        assertEquals(
                "has 4 entries, more than 3",
                refusal(War.empty().file("a", "").file("b", "").file("c", "").file("d", "")));
    }

    @Test
    void refusesAnEntryThatGrowsTooLarge() throws Exception {
        assertEquals(
                "entry bomb unpacks to more than 1000 bytes",
                refusal(War.empty().file("bomb", "0".repeat(1_000_000))));
        assertTrue(Files.size(folder.resolve("out/bomb")) <= 1000);
    }

    @Test
    void refusesEntriesThatGrowTooLargeTogether() throws Exception {
        assertEquals(
                "entry b unpacks to more than 600 bytes",
                refusal(War.empty().file("a", "0".repeat(900)).file("b", "0".repeat(900))));
    }

    @Test
    void tellsContentsApartByTheirFingerprint() throws Exception {
        assertEquals(fingerprint("one"), fingerprint("one"));
        assertNotEquals(fingerprint("one"), fingerprint("two"));
    }

    private String fingerprint(String content) throws Exception {
        Path file = War.empty().file("a", content).write(folder.resolve("f.war"));
        try (WarArchive archive = WarArchive.open(file, SMALL)) {
            return archive.fingerprint();
        }
    }
}
