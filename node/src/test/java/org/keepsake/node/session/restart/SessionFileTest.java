package org.keepsake.node.session.restart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keepsake.node.memcached.LogLines;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.secret.SessionSecret;

class SessionFileTest {

    private static final long USED = 1_700_000_000_000L;

    /** Magic, version, mark and id; then come the last access and the length of the first record. */
    private static final int LAST_ACCESS_AT = 4 + 1 + 1 + 1 + 37;

    private static final int RECORD_LENGTH_AT = LAST_ACCESS_AT + 8;

    private final SessionFileFormat format = new SessionFileFormat(RecordCodec.PLAIN);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path parent;

    private Path path() {
        return parent.resolve("sessions").resolve("A");
    }

    private SessionFile file() {
        return SessionFolder.open(path()).file("/shop", "2", RecordCodec.PLAIN);
    }

    private Path onDisk() {
        return path().resolve("shop##2.sessions");
    }

    private static SavedSession session(int number, String user) {
        SessionId id = new SessionId("%032x".formatted(number), "heap");
        Attribute attribute =
                new Attribute(new Stamp(3, true, 7), Attribute.STRING, "", user.getBytes(StandardCharsets.UTF_8));
        SessionRecord record =
                SessionRecord.created(id.toString(), USED - 1_000, 1_800).withAttributes(Map.of("user", attribute));
        return new SavedSession(id, record, USED + number);
    }

    private static List<SavedSession> sessions() {
        return List.of(session(1, "alice"), session(2, "bob"));
    }

    private static byte[] bytes(List<SavedSession> sessions) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int unused = new SessionFileFormat(RecordCodec.PLAIN).write(sessions.iterator(), out);
        return out.toByteArray();
    }

    private String refused(byte[] bytes) {
        UnreadableFile refused =
                assertThrows(UnreadableFile.class, () -> format.read(new ByteArrayInputStream(bytes), bytes.length));
        return String.valueOf(refused.getMessage());
    }

    private static byte[] withChecksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        return ByteBuffer.wrap(bytes.clone())
                .putInt(bytes.length - 4, (int) crc.getValue())
                .array();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void givesBackWhatItWasGivenOnceOnly() throws IOException {
        file().save(sessions().iterator());
        assertEquals(List.of("shop##2.sessions"), names(path()));
        assertEquals(sessions(), file().take());
        assertEquals(List.of(), names(path()));
        assertEquals(List.of(), file().take());
    }

    @Test
    void isNotThereWhenThereIsNoSession() throws IOException {
        file().save(List.<SavedSession>of().iterator());
        assertEquals(List.of(), names(path()));
    }

    @Test
    void takesThePlaceOfTheOneBefore() {
        file().save(sessions().iterator());
        file().save(List.of(session(3, "carol")).iterator());
        assertEquals(List.of(session(3, "carol")), file().take());
    }

    @Test
    void isTheOneBeforeUntilAllIsWritten() throws IOException {
        file().save(sessions().iterator());
        Iterator<SavedSession> breaking = Stream.iterate(4, n -> n + 1)
                .map(n -> {
                    if (n == 6) {
                        throw new IllegalStateException("broken");
                    }
                    return session(n, "dave");
                })
                .iterator();
        assertThrows(IllegalStateException.class, () -> file().save(breaking));
        assertEquals(List.of("shop##2.sessions"), names(path()));
        assertEquals(sessions(), file().take());
    }

    @Test
    void isForItsUserAlone() throws IOException {
        Files.createDirectories(
                path(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        file().save(sessions().iterator());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path())));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(onDisk())));
    }

    @Test
    void aCutOneIsNeverTakenForAWholeOne() throws IOException {
        byte[] whole = bytes(sessions());
        for (int length = 0; length < whole.length; length++) {
            String unused = refused(Arrays.copyOf(whole, length));
        }
        assertTrue(refused(Arrays.copyOf(whole, whole.length + 1)).contains("1 bytes too many"));
    }

    @Test
    void aDamagedByteIsFoundWhereverItIs() throws IOException {
        byte[] whole = bytes(sessions());
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x40;
            String unused = refused(damaged);
        }
    }

    @Test
    void believesNoSizeThatIsMoreThanThereIs() throws IOException {
        for (int length : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 10_000}) {
            byte[] hostile = bytes(sessions());
            ByteBuffer.wrap(hostile).putInt(RECORD_LENGTH_AT, length);
            String said = refused(withChecksum(hostile));
            assertTrue(said.startsWith("a length of " + length + " is past its end"), said);
        }
    }

    @Test
    void believesNoCountIdOrTimeThatCannotBe() throws IOException {
        byte[] count = bytes(sessions());
        ByteBuffer.wrap(count).putInt(count.length - 8, Integer.MAX_VALUE);
        assertEquals("it has 2 sessions and says that it has 2147483647", refused(withChecksum(count)));
        byte[] time = bytes(sessions());
        ByteBuffer.wrap(time).putLong(LAST_ACCESS_AT, Long.MIN_VALUE);
        assertTrue(refused(withChecksum(time)).contains("is before 1970"));
        byte[] id = bytes(sessions());
        id[7] = '/';
        assertEquals("an id in it is none of this node's", refused(withChecksum(id)));
        assertTrue(refused(bytes(List.of(session(1, "a"), session(1, "b")))).contains("stands in it twice"));
    }

    @Test
    void whatCannotBeReadIsSetAsideWithOneWarning() throws IOException {
        byte[] newer = bytes(sessions());
        newer[4] = 2;
        for (byte[] content : List.of(newer, new byte[0], "KSSF".getBytes(StandardCharsets.US_ASCII))) {
            SessionFile file = file();
            Files.write(onDisk(), content);
            try (LogLines log = new LogLines(SessionFile.class)) {
                assertEquals(List.of(), file.take());
                assertEquals(1, log.lines().size(), log.lines().toString());
                assertTrue(log.lines().get(0).contains("application /shop##2: begins without the sessions of"));
            }
            assertEquals(List.of("shop##2.sessions.unreadable"), names(path()));
        }
    }

    @Test
    void keepsSecretsWithTheKeysOfTheNode() throws IOException {
        RecordCodec codec = SessionSecret.codec(keys("a:" + "11".repeat(32)));
        SessionFolder folder = SessionFolder.open(path());
        folder.file("/shop", "2", codec).save(sessions().iterator());
        String text = Files.readString(onDisk(), StandardCharsets.ISO_8859_1);
        assertFalse(text.contains("alice") || text.contains("user"), text);
        byte[] encrypted = Files.readAllBytes(onDisk());
        assertEquals(sessions(), folder.file("/shop", "2", codec).take());

        Files.write(onDisk(), encrypted);
        try (LogLines log = new LogLines(SessionFile.class)) {
            RecordCodec other = SessionSecret.codec(keys("b:" + "22".repeat(32)));
            assertEquals(List.of(), folder.file("/shop", "2", other).take());
            assertTrue(log.lines().get(0).contains("encrypted with key a, which is not known here; add that key"));
        }
        assertEquals(List.of("shop##2.sessions.unreadable"), names(path()));
    }

    private Path keys(String line) throws IOException {
        Path file = Files.writeString(parent.resolve("keys"), line + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void warnsOfAFolderThatCannotBeWhenItIsOpened() throws IOException {
        Files.createDirectories(path().getParent());
        Files.writeString(path(), "no folder");
        try (LogLines log = new LogLines(SessionFolder.class);
                LogLines ofTheFile = new LogLines(SessionFile.class)) {
            SessionFile file = file();
            assertEquals(1, log.lines().size(), log.lines().toString());
            assertTrue(
                    log.lines().get(0).contains(path().toString())
                            && log.lines().get(0).contains("--session-directory"),
                    log.lines().toString());
            assertEquals(List.of(), file.take());
            file.save(sessions().iterator());
            assertEquals(1, ofTheFile.lines().size(), ofTheFile.lines().toString());
            assertTrue(ofTheFile.lines().get(0).contains("its sessions end with this node"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/ | '' | ROOT",
                "'' | '' | ROOT",
                "/ROOT | '' | %52OOT",
                "/shop | 2 | shop##2",
                "/a/b | '' | a#b",
                "/a#b | '' | a%23b",
                "/a//2 | '' | a#%#2",
                "/../x | '' | %2E.#x",
                "/é ü%/x | 1/2 | %C3%A9%20%C3%BC%25#x##1%2F2",
            })
    void isNamedAsTomcatNamesApplications(String context, String version, String name) {
        assertEquals(name, SessionFolder.name(context, version));
    }

    @Test
    void longNamesStayApartAndFitIntoAFolder() throws IOException {
        TreeSet<String> names = new TreeSet<>();
        for (String end : List.of("a", "b", "c")) {
            names.add(SessionFolder.name("/" + "x".repeat(300) + end, ""));
        }
        assertEquals(3, names.size());
        SessionFile file = SessionFolder.open(path()).file("/" + "x".repeat(300), "", RecordCodec.PLAIN);
        file.save(sessions().iterator());
        assertEquals(sessions(), file.take());
    }
}
