package org.keepsake.launcher.demo;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An archive of the loaded classes (JEP 350), which spares every process of the demo about half of the work of starting.
 * The first demo makes it once it is ready; later ones use it. It belongs to one build of the jar on one Java version,
 * which is what its name says; the virtual machine checks the same and ignores an archive that does not fit.
 *
 * @param file where it is, or would be
 */
record ClassDataArchive(Path file) {

    private static final Pattern UNFINISHED = Pattern.compile("keepsake-.*\\.jsa\\.([0-9]{1,18})");
    private static final System.Logger LOG = System.getLogger(ClassDataArchive.class.getName());

    /** Empty when the program does not run from a jar, or the jar cannot be looked at. */
    static Optional<ClassDataArchive> of(Path program) {
        if (!Files.isRegularFile(program)) {
            return Optional.empty();
        }
        try {
            String name = "%s%08x-%x-%x.jsa"
                    .formatted(
                            prefix(program),
                            System.getProperty("java.vm.version", "").hashCode(),
                            Files.size(program),
                            Files.getLastModifiedTime(program).toMillis());
            return Optional.of(new ClassDataArchive(folder().resolve(name)));
        } catch (IOException e) {
            LOG.log(DEBUG, "no class-data archive: the jar cannot be looked at", e);
            return Optional.empty();
        }
    }

    boolean exists() {
        return Files.isReadable(file);
    }

    /** Options of a virtual machine that uses it. */
    List<String> use() {
        return exists() ? List.of("-XX:SharedArchiveFile=" + file) : List.of();
    }

    /** Options of a virtual machine that leaves it behind when it ends, under another name until {@link #keep}. */
    List<String> make() {
        return List.of("-XX:ArchiveClassesAtExit=" + unfinished(), "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
    }

    /**
     * Makes sure that there is a folder to write to, rid of what demos left unfinished that were killed; false when there
     * cannot be one.
     */
    boolean prepare() {
        try {
            Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
            try (Stream<Path> all = Files.list(folder)) {
                for (Path abandoned : all.filter(ClassDataArchive::isAbandoned).toList()) {
                    Files.deleteIfExists(abandoned);
                }
            }
            return true;
        } catch (IOException | UncheckedIOException e) {
            LOG.log(DEBUG, "no class-data archive: there is no folder for it", e);
            return false;
        }
    }

    /** Unfinished, by a demo that is no more. */
    private static boolean isAbandoned(Path path) {
        Matcher name = UNFINISHED.matcher(path.getFileName().toString());
        return name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
    }

    /** Gives what was made its name, and removes the archives of older builds of the same jar. */
    void keep(Path program) {
        try (Stream<Path> all = Files.list(file.getParent())) {
            for (Path old : all.filter(path -> path.getFileName().toString().startsWith(prefix(program)))
                    .filter(path -> path.toString().endsWith(".jsa"))
                    .toList()) {
                Files.deleteIfExists(old);
            }
            Files.move(unfinished(), file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | UncheckedIOException e) {
            LOG.log(DEBUG, "no class-data archive: it cannot be kept", e);
        }
    }

    void discard() {
        try {
            Files.deleteIfExists(unfinished());
        } catch (IOException e) {
            LOG.log(DEBUG, "an unfinished class-data archive stays behind", e);
        }
    }

    private Path unfinished() {
        return file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid());
    }

    private static String prefix(Path program) {
        return "keepsake-%08x-".formatted(program.toAbsolutePath().toString().hashCode());
    }

    private static Path folder() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base = cache != null && !cache.isBlank()
                ? Path.of(cache)
                : Path.of(System.getProperty("user.home", "."), ".cache");
        return base.resolve("keepsake");
    }
}
