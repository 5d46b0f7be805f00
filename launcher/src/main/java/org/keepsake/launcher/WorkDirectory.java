package org.keepsake.launcher;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.keepsake.launcher.options.UsageError;

/**
 * Where a node unpacks applications.
 *
 * @param path the folder; it exists
 * @param temporary whether it is removed when the node has stopped
 */
record WorkDirectory(Path path, boolean temporary) {

    private static final System.Logger LOG = System.getLogger(WorkDirectory.class.getName());
    private static final String TEST_PAGE = "/webapps/test.war";

    /** The folder that the user named, made when missing, or a temporary one that only this user can read. */
    static WorkDirectory of(Optional<Path> named, String node) {
        try {
            if (named.isPresent()) {
                return new WorkDirectory(Files.createDirectories(named.get()), false);
            }
            return new WorkDirectory(Files.createTempDirectory("keepsake-" + node + "-"), true);
        } catch (IOException e) {
            throw new UsageError("--work: %s cannot be made a folder (%s)"
                    .formatted(named.map(Path::toString).orElse("a temporary folder"), e.getMessage()));
        }
    }

    /** The test page, which the jar carries, as a file. */
    Path testPage() {
        Path file = path.resolve("test.war");
        try (InputStream war = WorkDirectory.class.getResourceAsStream(TEST_PAGE)) {
            if (war == null) {
                throw new UsageError("this jar carries no test page; name an application with --war or --webapps");
            }
            Files.copy(war, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UsageError("%s cannot be written (%s)".formatted(file, e.getMessage()));
        }
    }

    /** Removes it with all that is in it, if it is a temporary one. To be called when no application needs it any more. */
    void removeIfTemporary() {
        if (!temporary) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(WARNING, "work directory {0} could not be removed: {1}", path, e.getMessage());
        }
    }
}
