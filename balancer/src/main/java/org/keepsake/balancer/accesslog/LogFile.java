package org.keepsake.balancer.accesslog;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file that is appended to, with a new one for each day; those of past days are called {@code NAME.2026-12-01}. When
 * somebody else has renamed or removed it, it is begun anew. Not thread-safe.
 */
final class LogFile implements Closeable {

    private static final int BUFFER = 64 * 1024;

    private final Path path;
    private final int keep;
    private final Clock clock;
    private OutputStream out;

    /** Tells the open file from another one that has taken its name. */
    private @Nullable Object identity;

    /** The day of what is in it. */
    private LocalDate day;

    /**
     * Opens it.
     *
     * @param keep how many past days are kept; 0 for one file for all days
     * @param clock tells the day, in its zone
     * @throws IOException when it cannot be opened
     */
    LogFile(Path path, int keep, Clock clock) throws IOException {
        this.path = path;
        this.keep = keep;
        this.clock = clock;
        this.day = Files.exists(path)
                ? LocalDate.ofInstant(Files.getLastModifiedTime(path).toInstant(), clock.getZone())
                : LocalDate.now(clock);
        this.out = open();
        this.identity = identity();
    }

    private OutputStream open() throws IOException {
        return new BufferedOutputStream(
                Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND), BUFFER);
    }

    private @Nullable Object identity() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    void write(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.US_ASCII));
    }

    void flush() throws IOException {
        out.flush();
    }

    /** To be called now and then: begins another file when the day is over, or when this one has been taken away. */
    void look() throws IOException {
        LocalDate today = LocalDate.now(clock);
        if (keep > 0 && today.isAfter(day)) {
            rotate();
            day = today;
        } else if (!Objects.equals(identity, identity())) {
            reopen();
        }
    }

    private void rotate() throws IOException {
        out.flush();
        Path past = path.resolveSibling(path.getFileName() + "." + day);
        if (Files.exists(path) && Files.notExists(past)) {
            Path unused = Files.move(path, past);
        }
        reopen();
        for (Path each : tooOld()) {
            Files.deleteIfExists(each);
        }
    }

    private void reopen() throws IOException {
        OutputStream next = open();
        out.close();
        out = next;
        identity = identity();
    }

    private List<Path> tooOld() throws IOException {
        String prefix = path.getFileName() + ".";
        LocalDate oldest = LocalDate.now(clock).minusDays(keep);
        Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> isBefore(each.getFileName().toString(), prefix, oldest))
                    .toList();
        }
    }

    private static boolean isBefore(String name, String prefix, LocalDate oldest) {
        if (!name.startsWith(prefix)) {
            return false;
        }
        try {
            return LocalDate.parse(name.substring(prefix.length())).isBefore(oldest);
        } catch (DateTimeParseException somethingElse) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
