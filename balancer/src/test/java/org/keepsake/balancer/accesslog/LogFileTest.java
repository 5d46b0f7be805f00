package org.keepsake.balancer.accesslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogFileTest {

    @TempDir
    private Path folder;

    private Path path;
    private Instant now = Instant.now();

    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    @BeforeEach
    void name() {
        path = folder.resolve("access.log");
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return new TreeSet<>(all.map(each -> each.getFileName().toString()).toList());
        }
    }

    private String dated(int daysAgo) {
        return "access.log."
                + now.minus(Duration.ofDays(daysAgo)).atZone(ZoneOffset.UTC).toLocalDate();
    }

    private void pass(LogFile file, int days) throws IOException {
        for (int i = 0; i < days; i++) {
            now = now.plus(Duration.ofDays(1));
            file.look();
            file.write("a line of the day\n");
        }
    }

    @Test
    void beginsAFileForEachDayAndKeepsSomeOfThem() throws IOException {
        try (LogFile file = new LogFile(path, 2, clock)) {
            file.write("first\n");
            file.look();
            file.write("second\n");
            pass(file, 1);
            assertEquals("first\nsecond\n", Files.readString(folder.resolve(dated(1))));
            pass(file, 3);
            assertEquals(Set.of("access.log", dated(1), dated(2)), names());
        }
        assertEquals("a line of the day\n", Files.readString(path));
    }

    @Test
    void goesOnWithTheFileOfTheDayAndPutsThatOfAnotherAside() throws IOException {
        Path unused = Files.writeString(path, "before\n");
        try (LogFile file = new LogFile(path, 2, clock)) {
            file.look();
            file.write("after\n");
        }
        assertEquals("before\nafter\n", Files.readString(path));
        now = now.plus(Duration.ofDays(1));
        try (LogFile file = new LogFile(path, 2, clock)) {
            file.look();
            file.write("next\n");
        }
        assertEquals("next\n", Files.readString(path));
        assertEquals("before\nafter\n", Files.readString(folder.resolve(dated(1))));
    }

    @Test
    void beginsAnewWhenAnotherHasRenamedTheFile() throws IOException {
        try (LogFile file = new LogFile(path, 0, clock)) {
            file.write("first\n");
            Path unused = Files.move(path, folder.resolve("access.log.1"));
            file.write("second\n");
            pass(file, 1);
        }
        assertEquals("first\nsecond\n", Files.readString(folder.resolve("access.log.1")));
        assertEquals("a line of the day\n", Files.readString(path));
        assertEquals(Set.of("access.log", "access.log.1"), names());
    }

    private static AccessEntry entry(int number) {
        return new AccessEntry(
                0, "::1", null, null, "GET", "/" + number, "HTTP/1.1", 200, 0, null, null, List.of(), 0, 0);
    }

    @Test
    void writesAllEntriesBeforeItEnds() throws IOException {
        try (AccessLog log =
                AccessLog.open(new AccessLogSettings(Optional.of(path), AccessLogSettings.Format.COMBINED, 3))) {
            for (int i = 0; i < 10_000; i++) {
                log.log(entry(i));
            }
        }
        List<String> lines = Files.readAllLines(path);
        assertEquals(10_000, lines.size());
        assertTrue(lines.get(9_999).contains("GET /9999 "), lines.get(9_999));
    }

    @Test
    void writesToStandardOutput() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (AccessLog log = AccessLog.open(
                new AccessLogSettings(Optional.empty(), AccessLogSettings.Format.JSON, 0),
                clock,
                new PrintStream(out, true, StandardCharsets.US_ASCII))) {
            log.log(entry(7));
        }
        assertTrue(
                out.toString(StandardCharsets.US_ASCII).contains("\"uri\":\"/7\""),
                out.toString(StandardCharsets.US_ASCII));
    }
}
