package org.keepsake.node.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryFolderTest {

    private static final ClassLoader PROGRAM = LibraryFolderTest.class.getClassLoader();

    @TempDir
    private Path folder;

    private void jar(String name, String entry, String text) throws Exception {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            out.putNextEntry(new JarEntry(entry));
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void findsWhatLiesInTheJarsInTheOrderOfTheirNames() throws Exception {
        jar("b.jar", "thing", "second");
        jar("a.jar", "thing", "first");
        jar("c.txt", "other", "not a jar");
        ClassLoader loader = LibraryFolder.loader(folder, PROGRAM);
        try (InputStream in = loader.getResourceAsStream("thing")) {
            assertEquals("first", new String(in == null ? new byte[0] : in.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertNull(loader.getResource("other"));
        assertSame(LibraryFolder.class, loader.loadClass(LibraryFolder.class.getName()));
    }

    @Test
    void isTheProgramsOwnLoaderWhereThereIsNoSuchFolder() {
        assertSame(PROGRAM, LibraryFolder.loader(folder.resolve("none"), PROGRAM));
        assertSame(PROGRAM, LibraryFolder.loader(null, PROGRAM));
        assertSame(PROGRAM, LibraryFolder.loader());
    }
}
