package org.keepsake.dist.webapp;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Keeps a request until a test lets it go by a file {@code released.NAME} in the temporary folder. */
final class Hold {

    private static final Path FOLDER = Path.of(System.getProperty("java.io.tmpdir"));
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(60);

    private Hold() {}

    static void until(String name) {
        long begun = System.nanoTime();
        while (!Files.exists(FOLDER.resolve("released." + name)) && System.nanoTime() - begun < LONGEST) {
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
