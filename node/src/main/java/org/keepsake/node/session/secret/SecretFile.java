package org.keepsake.node.session.secret;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The keys as the file has them now: whoever asks looks at it again every few seconds. Thread-safe.
 *
 * <p>One thread at a time looks, the others go on with the keys they have, so a slow disk delays one request and no more.
 */
final class SecretFile {

    private static final System.Logger LOG = System.getLogger(SecretFile.class.getName());

    private static final int LARGEST = 64 * 1024;
    private static final long LOOK_EVERY_NANOS = 2_000_000_000L;
    private static final Set<PosixFilePermission> FORBIDDEN =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE);

    /** What tells one content of the file from the next. */
    private record Mark(FileTime modified, long size) {}

    private final Path path;
    private final LongSupplier nanos;
    private final ReentrantLock looking = new ReentrantLock();

    @GuardedBy("looking")
    private Mark mark;

    /** Written under {@code looking}, read by all. */
    private volatile long lookedAt;

    /** Written under {@code looking}, read by all. */
    private volatile SecretKeys keys;

    /**
     * Reads the file for the first time.
     *
     * @param nanos a clock that never goes back
     * @throws IllegalArgumentException if the file cannot be read, others can read it, or it says something wrong
     */
    SecretFile(Path path, LongSupplier nanos) {
        this.path = path;
        this.nanos = nanos;
        this.lookedAt = nanos.getAsLong();
        try {
            this.mark = mark();
            this.keys = read();
        } catch (IOException e) {
            throw new IllegalArgumentException("session secret file " + path + ": cannot be read: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("session secret file " + path + ": " + e.getMessage(), e);
        }
    }

    SecretKeys keys() {
        if (nanos.getAsLong() - lookedAt >= LOOK_EVERY_NANOS && looking.tryLock()) {
            try {
                look();
            } finally {
                looking.unlock();
            }
        }
        return keys;
    }

    @GuardedBy("looking")
    private void look() {
        lookedAt = nanos.getAsLong();
        Mark before = mark;
        try {
            // Marked before it is read: what is written meanwhile is seen the next time.
            mark = mark();
            if (!mark.equals(before)) {
                keys = read();
                LOG.log(INFO, "session secret: read anew, new records are encrypted with key {0}", newest());
            }
        } catch (IOException | IllegalArgumentException e) {
            warn(e);
        }
    }

    private String newest() {
        return keys.newest().id();
    }

    /** The file is not looked into again until it changes, or comes back: one bad file is one warning. */
    @GuardedBy("looking")
    private void warn(Exception e) {
        Mark gone = new Mark(FileTime.fromMillis(0), -1);
        boolean wasGone = mark.equals(gone);
        if (e instanceof IOException) {
            mark = gone;
        }
        if (!(wasGone && e instanceof IOException)) {
            LOG.log(
                    WARNING,
                    "session secret: {0}: the keys read before stay in use: {1}",
                    path,
                    e instanceof IOException ? "cannot be read: " + e : e.getMessage());
        }
    }

    private Mark mark() throws IOException {
        return new Mark(Files.getLastModifiedTime(path), Files.size(path));
    }

    private SecretKeys read() throws IOException {
        PosixFileAttributeView posix = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (posix != null && posix.readAttributes().permissions().stream().anyMatch(FORBIDDEN::contains)) {
            throw new IllegalArgumentException("others can read or change it; chmod 600 it");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(LARGEST + 1);
        }
        if (bytes.length > LARGEST) {
            throw new IllegalArgumentException("is longer than " + LARGEST + " bytes");
        }
        try {
            return SecretKeys.parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString()
                    .lines()
                    .toList());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("is no text in UTF-8", e);
        }
    }
}
