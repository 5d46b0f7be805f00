package org.keepsake.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/** The measured figures: one line each, on the console and in {@code figures.txt}. */
final class Figures {

    private Figures() {}

    static void say(String line) {
        System.out.println("  " + line);
        try {
            Files.writeString(
                    Files.createDirectories(Product.LOGS).resolve("figures.txt"),
                    line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
