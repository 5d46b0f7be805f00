package org.keepsake.node.library;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code lib/} beside the program's jar: whatever jars lie there can be found, transcoders with what they stand on, and
 * drivers of databases. Thread-safe.
 *
 * <p>They have a class loader of their own below the program's, made when somebody first asks. So a node that needs none
 * of them starts as fast as if there were none, its class-data archive does not depend on them, and a jar is added
 * without a manifest that names it.
 */
public final class LibraryFolder {

    private static final System.Logger LOG = System.getLogger(LibraryFolder.class.getName());

    /** Made by whoever asks first. */
    private static final class Only {
        static final ClassLoader LOADER = loader(folder(), LibraryFolder.class.getClassLoader());
    }

    private LibraryFolder() {}

    /** Finds the classes of {@code lib/}; where there is no such folder, the program's own. */
    public static ClassLoader loader() {
        return Only.LOADER;
    }

    /** Beside the jar of this class; null when the program does not run from a jar. */
    private static @Nullable Path folder() {
        CodeSource source = LibraryFolder.class.getProtectionDomain().getCodeSource();
        try {
            Path program = source == null ? null : Path.of(source.getLocation().toURI());
            return program != null && Files.isRegularFile(program) ? program.resolveSibling("lib") : null;
        } catch (URISyntaxException | IllegalArgumentException e) {
            LOG.log(WARNING, "lib: is not looked for, the place of the program is not known: {0}", e.getMessage());
            return null;
        }
    }

    /** The jars of a folder in the order of their names. */
    static ClassLoader loader(@Nullable Path folder, ClassLoader program) {
        if (folder == null || !Files.isDirectory(folder)) {
            return program;
        }
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path jar : all.filter(path -> path.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                jars.add(url(jar));
            }
        } catch (IOException e) {
            LOG.log(WARNING, "lib: {0} cannot be listed, none of its jars are used: {1}", folder, e.getMessage());
            return program;
        }
        return new URLClassLoader("lib", jars.toArray(URL[]::new), program);
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toUri().toURL();
    }
}
