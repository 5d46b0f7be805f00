package org.keepsake.node.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A directory that any number of processes share, on one machine or over NFS. Thread-safe; there are no locks, so nobody
 * waits for a process that was stopped or killed.
 *
 * <p>A key is a directory, {@code <bucket>/<key>}, in which lie
 *
 * <ul>
 *   <li>an empty file named {@code v.<version>.<expiry>}, both in hexadecimal, the expiry in milliseconds since 1970, 0 for
 *       never. There is at most one, and it says what the key holds;
 *   <li>a file {@code d.<version>} with the value of that version. Those of other versions are left over, or to come.
 * </ul>
 *
 * <p>Whoever changes the value writes another {@code d} file and then renames the {@code v} file from the name it has
 * seen; whoever touches it renames it too. A rename of a name that is not there any more fails, so of all that have seen
 * one name one succeeds. Versions are random and never used twice. A key comes as a whole, by the rename of a directory
 * that is complete to a name at which there is none, or an empty one.
 */
final class FilePlace implements Place {

    private static final long MAX_ITEM_SIZE = 64L * 1024 * 1024;
    private static final int LONGEST_NAME = 255;
    private static final int BUCKETS = 256;
    private static final int HEX = 16;
    private static final int TRIES = 100;

    /** What is left over is taken away when nobody can need it any more. */
    private static final long LEFT_OVER = Duration.ofMinutes(10).toMillis();

    private final Path directory;
    private final Path coming;
    private final LongSupplier clock;

    /** What a key holds, as the name of a file. */
    private record Mark(long version, long expiry) {

        static Optional<Mark> parse(String name) {
            String[] parts = name.split("\\.", -1);
            try {
                return parts.length == 3 && parts[0].equals("v")
                        ? Optional.of(new Mark(Long.parseUnsignedLong(parts[1], HEX), Long.parseLong(parts[2], HEX)))
                        : Optional.empty();
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        String name() {
            return "v." + Long.toHexString(version) + "." + Long.toHexString(expiry);
        }

        String data() {
            return "d." + Long.toHexString(version);
        }

        boolean isOver(long now) {
            return expiry != 0 && expiry <= now;
        }
    }

    /**
     * Uses a directory, which is made if it is not there, for its owner alone.
     *
     * @param clock in milliseconds since 1970
     * @throws IOException if it cannot be made or written
     */
    FilePlace(Path directory, LongSupplier clock) throws IOException {
        this.directory = directory;
        this.coming = directory.resolve("coming");
        this.clock = clock;
        makeDirectory(coming);
        Files.delete(Files.createTempFile(coming, "try", ""));
    }

    private static void makeDirectory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    @Override
    public long maxItemSize() {
        return MAX_ITEM_SIZE;
    }

    @Override
    public Optional<Kept> read(String key) throws Unreachable {
        return reading(() -> {
            Path place = place(key);
            while (true) {
                Mark mark = present(place);
                if (mark == null) {
                    return Optional.empty();
                }
                try {
                    return Optional.of(new Kept(Files.readAllBytes(place.resolve(mark.data())), mark.version()));
                } catch (NoSuchFileException e) {
                    // Replaced meanwhile.
                }
            }
        });
    }

    @Override
    public Written add(String key, byte[] value, long seconds) throws Unreachable {
        return changing(() -> {
            Path place = place(key);
            Mark mark = new Mark(newVersion(), expiry(seconds));
            Path whole = Files.createTempDirectory(coming, "k");
            try {
                write(whole.resolve(mark.data()), value);
                Files.createFile(whole.resolve(mark.name()));
                makeDirectory(bucket(key));
                return moved(whole, place) ? Written.as(mark.version()) : Written.not(Outcome.NOT_STORED);
            } finally {
                discard(whole, children(whole));
            }
        });
    }

    /** Puts a complete key where there is none; false if there is one. */
    private boolean moved(Path whole, Path place) throws IOException {
        for (int left = TRIES; ; left--) {
            try {
                Files.move(whole, place, StandardCopyOption.ATOMIC_MOVE);
                return true;
            } catch (FileSystemException e) {
                // What rename(2) says of a directory that is not empty differs between systems, and it may have gone
                // since:
                // only what fails again and again without one is something else.
                if (Files.isDirectory(place)) {
                    if (!isVacated(place)) {
                        return false;
                    }
                } else if (left == 0) {
                    throw e;
                }
            }
        }
    }

    /** Makes a place free if what it holds has expired or gone; false if it holds something. */
    private boolean isVacated(Path place) throws IOException {
        while (true) {
            Mark mark = mark(place);
            if (mark == null) {
                clear(place);
                return true;
            }
            if (!mark.isOver(clock.getAsLong())) {
                return false;
            }
            if (taken(place, mark)) {
                clear(place);
                return true;
            }
        }
    }

    /** Takes a mark away, unless somebody else changed it first. */
    private static boolean taken(Path place, Mark mark) throws IOException {
        return Files.deleteIfExists(place.resolve(mark.name()));
    }

    @Override
    public Written replace(String key, long version, byte[] value, long seconds) throws Unreachable {
        return changing(() -> replaced(place(key), version, value, seconds));
    }

    private Written replaced(Path place, long version, byte[] value, long seconds) throws IOException {
        Mark next = new Mark(newVersion(), expiry(seconds));
        Mark mark = present(place);
        if (mark == null || mark.version() != version) {
            return Written.not(mark == null ? Outcome.ABSENT : Outcome.EXISTS);
        }
        try {
            write(place.resolve(next.data()), value);
            while (mark != null && mark.version() == version) {
                if (renamed(place, mark, next)) {
                    Files.deleteIfExists(place.resolve(mark.data()));
                    return Written.as(next.version());
                }
                mark = present(place);
            }
            Files.deleteIfExists(place.resolve(next.data()));
        } catch (NoSuchFileException e) {
            mark = null;
        }
        return Written.not(mark == null ? Outcome.ABSENT : Outcome.EXISTS);
    }

    private static boolean renamed(Path place, Mark from, Mark to) throws IOException {
        try {
            Files.move(place.resolve(from.name()), place.resolve(to.name()), StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public Written set(String key, byte[] value, long seconds) throws Unreachable {
        while (true) {
            Written added = add(key, value, seconds);
            if (added.outcome() == Outcome.OK) {
                return added;
            }
            Optional<Long> there =
                    reading(() -> Optional.ofNullable(present(place(key))).map(Mark::version));
            Written replaced =
                    there.isEmpty() ? Written.not(Outcome.ABSENT) : replace(key, there.get(), value, seconds);
            if (replaced.outcome() == Outcome.OK) {
                return replaced;
            }
        }
    }

    @Override
    public boolean touch(String key, long seconds) throws Unreachable {
        return changing(() -> {
            Path place = place(key);
            Mark mark = present(place);
            while (mark != null && !renamed(place, mark, new Mark(mark.version(), expiry(seconds)))) {
                mark = present(place);
            }
            return mark != null;
        });
    }

    @Override
    public Outcome remove(String key, long version) throws Unreachable {
        return changing(() -> {
            Path place = place(key);
            Mark mark = present(place);
            while (mark != null && mark.version() == version) {
                if (taken(place, mark)) {
                    clear(place);
                    return Outcome.OK;
                }
                mark = present(place);
            }
            return mark == null ? Outcome.ABSENT : Outcome.EXISTS;
        });
    }

    @Override
    public List<ListedKey> list(List<String> prefixes) throws Unreachable {
        return reading(() -> {
            List<ListedKey> found = new ArrayList<>();
            for (Path bucket : buckets()) {
                for (Path place : children(bucket)) {
                    list(place, prefixes, found);
                }
            }
            return found;
        });
    }

    private void list(Path place, List<String> prefixes, List<ListedKey> found) throws IOException {
        String key = FileNames.key(name(place));
        if (prefixes.stream().noneMatch(key::startsWith)) {
            return;
        }
        Mark mark = present(place);
        if (mark != null) {
            long left = mark.expiry() == 0 ? 0 : Math.max(1, (mark.expiry() - clock.getAsLong()) / 1000);
            found.add(new ListedKey(key, left));
        }
    }

    /** Takes away what has expired, and what processes left behind that ended in the middle of something. */
    @Override
    public void purge() throws Unreachable {
        boolean unused = changing(() -> {
            for (Path bucket : buckets()) {
                for (Path place : children(bucket)) {
                    purge(place);
                }
            }
            for (Path left : children(coming)) {
                if (isOld(left)) {
                    discard(left, children(left));
                }
            }
            return true;
        });
    }

    private void purge(Path place) throws IOException {
        Mark mark = mark(place);
        if (mark != null && !mark.isOver(clock.getAsLong())) {
            for (Path file : children(place)) {
                if (name(file).startsWith("d.") && !name(file).equals(mark.data()) && isOld(file)) {
                    Files.deleteIfExists(file);
                }
            }
        } else if ((mark == null && isOld(place)) || (mark != null && taken(place, mark))) {
            clear(place);
        }
    }

    private boolean isOld(Path path) throws IOException {
        try {
            return clock.getAsLong() - Files.getLastModifiedTime(path).toMillis() > LEFT_OVER;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void probe() throws Unreachable {
        boolean unused = reading(() -> {
            if (!Files.isWritable(coming)) {
                throw new NoSuchFileException(coming.toString(), null, "cannot be written");
            }
            return true;
        });
    }

    @Override
    public String describe() {
        return "directory " + directory;
    }

    @Override
    public void close() {
        // Nothing is open between two operations.
    }

    private List<Path> buckets() throws IOException {
        return children(directory).stream().filter(path -> !path.equals(coming)).toList();
    }

    /** What lies in a directory, nothing if it is none any more. */
    private static List<Path> children(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(children::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return children;
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    /**
     * The mark of a key, whether it has expired or not; null if there is none. A name that changes while a directory is
     * read may not be met at all, so where there is something else two looks have to agree.
     */
    private static @Nullable Mark mark(Path place) throws IOException {
        List<Path> before = List.of();
        while (true) {
            List<Path> files = children(place);
            Optional<Mark> mark = markOf(files);
            if (mark.isPresent() || files.isEmpty() || files.equals(before)) {
                return mark.orElse(null);
            }
            before = files;
        }
    }

    private static Optional<Mark> markOf(List<Path> files) {
        return files.stream().flatMap(file -> Mark.parse(name(file)).stream()).findFirst();
    }

    /**
     * Takes away a key without a mark. Nothing can come to its place before it is empty, so what is met here without a
     * mark nobody needs.
     */
    private static void clear(Path place) throws IOException {
        List<Path> files = children(place);
        if (markOf(files).isEmpty()) {
            discard(place, files);
        }
    }

    private static void discard(Path place, List<Path> files) throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        try {
            Files.deleteIfExists(place);
        } catch (DirectoryNotEmptyException e) {
            // The next one has come.
        }
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private static <T> T reading(Work<T> work) throws Unreachable {
        try {
            return work.run();
        } catch (IOException | UncheckedIOException e) {
            throw Unreachable.before(e.toString(), e);
        }
    }

    private static <T> T changing(Work<T> work) throws Unreachable {
        try {
            return work.run();
        } catch (IOException | UncheckedIOException e) {
            throw Unreachable.meanwhile(e.toString(), e);
        }
    }

    private @Nullable Mark present(Path place) throws IOException {
        Mark mark = mark(place);
        return mark == null || mark.isOver(clock.getAsLong()) ? null : mark;
    }

    private Path place(String key) throws IOException {
        String name = FileNames.of(key);
        if (name.length() > LONGEST_NAME) {
            throw new FileSystemException(name, null, "is too long for the name of a file");
        }
        return bucket(key).resolve(name);
    }

    private Path bucket(String key) {
        return directory.resolve("%02x".formatted(Math.floorMod(key.hashCode(), BUCKETS)));
    }

    private long expiry(long seconds) {
        return seconds == 0 ? 0 : clock.getAsLong() + seconds * 1000;
    }

    private static long newVersion() {
        return ThreadLocalRandom.current().nextLong() | 1;
    }

    /** Whole on the disk before a name speaks of it. */
    private static void write(Path file, byte[] value) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(value);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(false);
        }
    }
}
