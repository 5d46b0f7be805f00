package org.keepsake.launcher;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.keepsake.launcher.options.UsageError;

/** A file whose first line is a password. */
final class PasswordFile {

    private static final long LARGEST = 4096;

    private PasswordFile() {}

    /** @throws UsageError when the file cannot be read or its first line is empty */
    static String read(String option, Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new UsageError("%s: %s is larger than 4 kB, this cannot be meant".formatted(option, file));
            }
            String password = Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
            if (password.isEmpty()) {
                throw new UsageError("%s: the first line of %s, the password, is empty".formatted(option, file));
            }
            return password;
        } catch (NoSuchFileException e) {
            throw new UsageError("%s: there is no file %s".formatted(option, file));
        } catch (CharacterCodingException e) {
            throw new UsageError("%s: %s is no text in UTF-8".formatted(option, file));
        } catch (IOException e) {
            throw new UsageError("%s: %s cannot be read (%s)".formatted(option, file, e.getMessage()));
        }
    }
}
