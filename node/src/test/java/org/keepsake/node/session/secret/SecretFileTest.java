package org.keepsake.node.session.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFileTest {

    private static final String A = "a:" + "ab".repeat(32);
    private static final String B = "b:" + Base64.getEncoder().encodeToString(new byte[32]);

    @TempDir
    private Path folder;

    private Path file;
    private long writes;
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1);

    @BeforeEach
    void makeTheFile() throws IOException {
        file = folder.resolve("secret");
        write(A);
    }

    /** Gives each content a time of its own, however coarse the file system's clock is. */
    private void write(String... lines) throws IOException {
        Files.write(file, List.of(lines));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        writes++;
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000 * writes));
    }

    private SecretFile open() {
        return new SecretFile(file, clock::get);
    }

    private void later() {
        clock.addAndGet(Duration.ofSeconds(3).toNanos());
    }

    @Test
    void readsKeysInHexAndBase64BetweenCommentsAndTheFirstIsForNewRecords() throws IOException {
        write("# made by openssl", "", "  " + B + " ", A);
        SecretKeys keys = open().keys();
        assertEquals("b", keys.newest().id());
        assertEquals(2, keys.keys().size());
        assertTrue(keys.named("a").isPresent());
        assertFalse(keys.named("c").isPresent());
    }

    @Test
    void readsAChangedFileAnewAfterAWhile() throws IOException {
        SecretFile secret = open();
        write(B, A);
        assertEquals("a", secret.keys().newest().id());
        later();
        assertEquals("b", secret.keys().newest().id());
    }

    @Test
    void keepsTheKeysItHasAndWarnsOnceWhenTheNewFileIsWrong() throws IOException {
        SecretFile secret = open();
        List<String> warnings = new java.util.concurrent.CopyOnWriteArrayList<>();
        Handler listening = new Listening(warnings);
        Logger logger = Logger.getLogger(SecretFile.class.getName());
        logger.addHandler(listening);
        try {
            write("b:short");
            for (int i = 0; i < 5; i++) {
                later();
                assertEquals("a", secret.keys().newest().id());
            }
            assertEquals(1, warnings.size(), warnings.toString());
            Files.delete(file);
            for (int i = 0; i < 5; i++) {
                later();
                assertEquals("a", secret.keys().newest().id());
            }
            assertEquals(2, warnings.size(), warnings.toString());
        } finally {
            logger.removeHandler(listening);
        }
        write(B);
        later();
        assertEquals("b", secret.keys().newest().id());
    }

    private static final class Listening extends Handler {
        private final List<String> heard;

        Listening(List<String> heard) {
            this.heard = heard;
        }

        @Override
        public void publish(LogRecord line) {
            heard.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw--w----", "rw-----w-"})
    void refusesAFileThatOthersCanReadOrChange(String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        assertEquals(
                "session secret file " + file + ": others can read or change it; chmod 600 it",
                assertThrows(IllegalArgumentException.class, this::open).getMessage());
    }

    @Test
    void saysInOneSentenceWhatIsWrongAndNeverShowsAKey() throws IOException {
        assertSaid("has no key: it needs a line <id>:<32 bytes in base64 or hex>", "# nothing");
        assertSaid("line 2: is not <id>:<32 bytes in base64 or hex>", A, "justakeywithoutid");
        assertSaid("line 1: key x is not 32 bytes in base64 or hex (openssl rand -hex 32)", "x:c2VjcmV0");
        assertSaid("line 1: key x is not 32 bytes in base64 or hex (openssl rand -hex 32)", "x:" + "zz".repeat(32));
        assertSaid("has key a twice", A, A);
        assertSaid("line 1: plain is one of write, accept, refuse", "plain:yes", A);
        assertSaid("is longer than 65536 bytes", "#" + "x".repeat(70_000), A);
    }

    private void assertSaid(String expected, String... lines) throws IOException {
        write(lines);
        assertEquals(
                "session secret file " + file + ": " + expected,
                assertThrows(IllegalArgumentException.class, this::open).getMessage());
    }

    @Test
    void saysThatThereIsNoFile() throws IOException {
        Files.delete(file);
        assertTrue(String.valueOf(assertThrows(IllegalArgumentException.class, () -> SessionSecret.codec(file))
                        .getMessage())
                .startsWith("session secret file " + file + ": cannot be read"));
    }
}
