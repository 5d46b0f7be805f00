package org.keepsake.node.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePlaceTest extends PlaceContract {

    private static final Duration OLD = Duration.ofMinutes(11);

    @TempDir
    private Path directory;

    private final AtomicLong now = new AtomicLong(System.currentTimeMillis());

    @Override
    Place make() throws Exception {
        return new FilePlace(directory, now::get);
    }

    @Override
    void passASecond() {
        now.addAndGet(1_001);
    }

    @Test
    void keepsWhatAReplaceThatDidNotComeToItsEndLeaves() throws Exception {
        place.add("key", bytes("a"), 0);
        Path orphan = Files.writeString(folder("key").resolve("d.abc"), "orphan");

        assertArrayEquals(bytes("a"), place.read("key").orElseThrow().value());
        place.purge();
        assertTrue(Files.exists(orphan), "what may still be wanted was taken away");

        now.addAndGet(OLD.toMillis());
        place.purge();
        assertEquals(2, files(folder("key")).size());
        assertArrayEquals(bytes("a"), place.read("key").orElseThrow().value());
    }

    @Test
    void takesAwayWhatAnAddThatDidNotComeToItsEndLeaves() throws Exception {
        Path half = Files.createDirectory(directory.resolve("coming").resolve("k1"));
        Files.writeString(half.resolve("d.abc"), "orphan");
        Files.createFile(half.resolve("v.abc.0"));

        assertEquals(List.of(), place.list(List.of("")));
        place.purge();
        assertTrue(Files.exists(half), "what may still come was taken away");

        now.addAndGet(OLD.toMillis());
        place.purge();
        assertEquals(List.of(), files(directory.resolve("coming")));
    }

    @Test
    void doesNotMindWhatARemoveThatDidNotComeToItsEndLeaves() throws Exception {
        for (String key : List.of("again", "never")) {
            place.add(key, bytes("a"), 0);
            for (Path file : files(folder(key))) {
                if (file.getFileName().toString().startsWith("v.")) {
                    Files.delete(file);
                }
            }
            assertEquals(Optional.empty(), place.read(key));
        }
        assertEquals(List.of(), place.list(List.of("")));
        Path never = folder("never");

        assertEquals(Outcome.OK, place.add("again", bytes("b"), 0).outcome());
        assertArrayEquals(bytes("b"), place.read("again").orElseThrow().value());

        now.addAndGet(OLD.toMillis());
        place.purge();
        assertTrue(Files.notExists(never), "what nobody needs is there for ever");
        assertTrue(place.read("again").isPresent());
    }

    @Test
    void losesNoUpdateOfProcessesThatAreKilled() throws Exception {
        place.add(KilledWriter.KEY, bytes("0"), 0);
        int acknowledged = 0;
        for (int round = 0; round < 4; round++) {
            Process writer = KilledWriter.start(directory);
            try (BufferedReader lines = writer.inputReader(StandardCharsets.US_ASCII)) {
                for (int i = 0; i < 20 + 7 * round; i++) {
                    acknowledged = Math.max(acknowledged, Integer.parseInt(Objects.requireNonNull(lines.readLine())));
                }
                // Not by the process itself, which would take away what is not read yet.
                writer.toHandle().destroyForcibly();
                String line;
                while ((line = lines.readLine()) != null) {
                    acknowledged = Math.max(acknowledged, Integer.parseInt(line));
                }
            } finally {
                writer.destroyForcibly().waitFor();
            }
            assertTrue(number() >= acknowledged, number() + " is before " + acknowledged);
            assertTrue(number() <= acknowledged + 1, number() + " is not what " + acknowledged + " was made");
            acknowledged = number();
        }

        now.addAndGet(OLD.toMillis());
        place.purge();

        assertEquals(2, files(folder(KilledWriter.KEY)).size());
        assertEquals(List.of(), files(directory.resolve("coming")));
        assertEquals(acknowledged, number());
    }

    private int number() throws Unreachable {
        return Integer.parseInt(
                new String(place.read(KilledWriter.KEY).orElseThrow().value(), StandardCharsets.US_ASCII));
    }

    private Path folder(String key) {
        return directory
                .resolve("%02x".formatted(Math.floorMod(key.hashCode(), 256)))
                .resolve(key);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** A process that counts up, says each number that it has written, and does other things between. */
    static final class KilledWriter {

        static final String KEY = "number";

        private KilledWriter() {}

        static Process start(Path directory) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    KilledWriter.class.getName(),
                    directory.toString()));
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        }

        public static void main(String[] args) throws Exception {
            try (FilePlace place = new FilePlace(Path.of(args[0]), System::currentTimeMillis)) {
                while (true) {
                    count(place);
                }
            }
        }

        private static void count(FilePlace place) throws Exception {
            Place.Kept seen = place.read(KEY).orElseThrow();
            int next = Integer.parseInt(new String(seen.value(), StandardCharsets.US_ASCII)) + 1;
            if (place.replace(KEY, seen.version(), bytes(Integer.toString(next)), 0)
                            .outcome()
                    == Outcome.OK) {
                System.out.println(next);
            }
            place.touch(KEY, 0);
            Place.Written lock = place.add("lock", bytes("mine"), 1);
            place.remove("lock", lock.version());
        }
    }
}
