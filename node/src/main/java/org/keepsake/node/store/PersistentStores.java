package org.keepsake.node.store;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

/** Opens the place that a user named in {@code --persistent-store}. */
public final class PersistentStores {

    private static final String FILE = "file:";
    private static final int THREADS = 16;

    private PersistentStores() {}

    /**
     * A directory or a database, as a store. Whether it is reached is found out later.
     *
     * @param timeout how long one operation may take
     * @throws IllegalArgumentException if there is no such place, with one sentence
     */
    public static PatientStore open(PersistentSettings settings, Duration timeout) {
        String url = settings.url();
        if (url.startsWith(FILE)) {
            return PatientStore.over("file", directory(url.substring(FILE.length())), timeout, THREADS);
        }
        throw new IllegalArgumentException("persistent store " + url + ": is neither file:DIR nor jdbc:URL");
    }

    private static Place directory(String path) {
        try {
            return new FilePlace(Path.of(path).toAbsolutePath().normalize(), System::currentTimeMillis);
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(
                    "persistent store file:" + path + ": cannot be written, " + e.getMessage(), e);
        }
    }
}
