package org.keepsake.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Who may use a store: what stands in the file of memcached's {@code -Y}, a line {@code user:password} for each. Immutable.
 *
 * <p>Bytes are told apart, not characters: the file may be in any encoding that the clients use as well.
 */
public final class Credentials {

    private static final long MAX_FILE = 64 << 10;

    /** As in the file, in ISO-8859-1, which keeps every byte; at least one. */
    private final List<byte[]> lines;

    private Credentials(List<byte[]> lines) {
        this.lines = List.copyOf(lines);
    }

    /**
     * Reads the file once; it may be changed afterwards.
     *
     * @throws IllegalArgumentException it cannot be read or is no such file; the message is one sentence for the user
     */
    public static Credentials read(Path file) {
        List<byte[]> lines = new ArrayList<>();
        for (String line : text(file).split("\r?\n", -1)) {
            if (!line.isEmpty()) {
                lines.add(checked(file, lines.size() + 1, line).getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("auth file " + file + ": names nobody, no client could use the store");
        }
        return new Credentials(lines);
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_FILE) {
                throw new IllegalArgumentException("auth file " + file + ": is longer than " + Bytes.format(MAX_FILE));
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalArgumentException("auth file " + file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static String checked(Path file, int number, String line) {
        int colon = line.indexOf(':');
        if (colon < 1 || colon == line.length() - 1) {
            throw new IllegalArgumentException("auth file " + file + ": entry " + number + " is not user:password");
        }
        return line;
    }

    /** Whether this user has this password, both in ISO-8859-1. Takes as long whether or not it is nearly right. */
    boolean include(String user, String password) {
        byte[] line = (user + ":" + password).getBytes(StandardCharsets.ISO_8859_1);
        boolean found = false;
        for (byte[] known : lines) {
            found |= MessageDigest.isEqual(line, known) && user.indexOf(':') < 0;
        }
        return found;
    }

    /** Shows how many, not who. */
    @Override
    public String toString() {
        return lines.size() + (lines.size() == 1 ? " user" : " users");
    }
}
