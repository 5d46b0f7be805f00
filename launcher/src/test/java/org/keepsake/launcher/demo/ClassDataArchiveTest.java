package org.keepsake.launcher.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassDataArchiveTest {

    /** More than any system gives out. */
    private static final long NOBODY = 999_999_999_999L;

    @Test
    void removesWhatWasLeftUnfinishedByDemosThatAreNoMore(@TempDir Path folder) throws Exception {
        Path archive = Files.createFile(folder.resolve("keepsake-1-2.jsa"));
        Path underWay = Files.createFile(
                folder.resolve("keepsake-1-3.jsa." + ProcessHandle.current().pid()));
        Path others = Files.createFile(folder.resolve("notes.1"));
        Path unused = Files.createFile(folder.resolve("keepsake-1-3.jsa." + NOBODY));

        assertTrue(new ClassDataArchive(folder.resolve("keepsake-1-4.jsa")).prepare());

        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(Set.of(archive, underWay, others), left.collect(Collectors.toSet()));
        }
    }
}
