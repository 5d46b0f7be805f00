package org.keepsake.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The measured figures: one row each, on the console and in {@code figures.txt}. */
final class Figures {

    private Figures() {}

    /** One of a table: which set-up and what was done to it, and what came of that. */
    static void say(String what, String figures) {
        say(String.format(Locale.ROOT, "%-70s  %s", what, figures));
    }

    /** Begins a table in Markdown. */
    static void head(Object... columns) {
        row(columns);
        row(Collections.nCopies(columns.length, "--:").toArray());
    }

    /** The next of it. */
    static void row(Object... cells) {
        say(Stream.of(cells).map(Object::toString).collect(Collectors.joining(" | ", "| ", " |")));
    }

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
