package org.keepsake.node.store;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import org.keepsake.node.library.LibraryFolder;

/** Opens the place that a user named in {@code --persistent-store}. */
public final class PersistentStores {

    private static final String FILE = "file:";
    private static final int THREADS = 16;

    /** For probes and listings. */
    private static final int MORE_CONNECTIONS = 2;

    private PersistentStores() {}

    /**
     * A directory or a database, as a store. Whether it is reached is found out later.
     *
     * @param timeout how long one operation may take
     * @throws IllegalArgumentException if there is no such place or only a person can help, with one sentence
     */
    public static PatientStore open(PersistentSettings settings, Duration timeout) {
        String url = settings.url();
        return url.startsWith(FILE)
                ? PatientStore.over("file", directory(url.substring(FILE.length())), timeout, THREADS)
                : PatientStore.over("jdbc", database(settings, timeout), timeout, THREADS);
    }

    private static Place directory(String path) {
        try {
            return new FilePlace(Path.of(path).toAbsolutePath().normalize(), System::currentTimeMillis);
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(
                    "persistent store file:" + path + ": cannot be written, " + e.getMessage(), e);
        }
    }

    private static Place database(PersistentSettings settings, Duration timeout) {
        try {
            return new JdbcPlace(
                    new JdbcSettings(
                            settings.url(),
                            settings.user().orElse(null),
                            settings.password().orElse(null),
                            JdbcSettings.TABLE,
                            timeout,
                            THREADS + MORE_CONNECTIONS),
                    LibraryFolder.loader());
        } catch (IOException e) {
            throw new IllegalArgumentException("persistent store: " + e.getMessage(), e);
        }
    }
}
