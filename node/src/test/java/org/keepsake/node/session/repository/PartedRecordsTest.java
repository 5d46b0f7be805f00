package org.keepsake.node.session.repository;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keepsake.node.memcached.LogLines;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.MalformedRecord;
import org.keepsake.node.session.record.NewerRecord;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.secret.SessionSecret;

class PartedRecordsTest {

    private static final String ID = "0123456789abcdef0123456789abcdef-grid";
    private static final String KEY = "s:/app:" + ID;

    @TempDir
    private static Path directory;

    private static RecordCodec encrypted = RecordCodec.PLAIN;

    @BeforeAll
    static void makeSecret() throws IOException {
        Path file = Files.createFile(
                directory.resolve("secret"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, "2026-11:" + "0123456789abcdef".repeat(4) + "\n");
        encrypted = SessionSecret.codec(file);
    }

    static List<RecordCodec> codecs() {
        return List.of(RecordCodec.PLAIN, encrypted);
    }

    private static SessionRecord record(Map<String, Attribute> attributes) {
        return SessionRecord.created(ID, 1_000, 60).withAttributes(new TreeMap<>(attributes));
    }

    private static Attribute written(long counter, long writer, String value) {
        return new Attribute(
                new Stamp(counter, true, writer), Attribute.STRING, "", value.getBytes(StandardCharsets.UTF_8));
    }

    private static SessionRecord merged(RecordCodec codec, SessionRecord present, SessionRecord coming)
            throws MalformedRecord, NewerRecord {
        byte[] both = new PartedRecords(codec).merged(KEY, codec.encode(present), codec.encode(coming));
        return codec.decode(ID, both);
    }

    private static String text(SessionRecord record, String name) {
        Attribute attribute = record.attributes().get(name);
        return attribute == null ? "nothing" : new String(attribute.bytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void keepsWhatOnlyOnePartWrote(RecordCodec codec) throws Exception {
        SessionRecord both = merged(
                codec,
                record(Map.of("both", written(1, 1, "before"), "larger", written(1, 2, "a"))),
                record(Map.of("both", written(1, 1, "before"), "smaller", written(1, 3, "b"))));
        assertEquals("before", text(both, "both"));
        assertEquals("a", text(both, "larger"));
        assertEquals("b", text(both, "smaller"));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void ofWhatBothWroteKeepsWhatWasWrittenMoreOften(RecordCodec codec) throws Exception {
        SessionRecord both = merged(
                codec,
                record(Map.of("x", written(5, 1, "larger"), "y", written(2, 1, "larger"))),
                record(Map.of("x", written(4, 9, "smaller"), "y", written(3, 9, "smaller"))));
        assertEquals("larger", text(both, "x"));
        assertEquals("smaller", text(both, "y"));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void ofWhatBothWroteEquallyOftenKeepsThatOfTheLargerPart(RecordCodec codec) throws Exception {
        for (long writer : new long[] {1, 9}) {
            SessionRecord both = merged(
                    codec,
                    record(Map.of("x", written(4, writer, "larger"))),
                    record(Map.of("x", written(4, 5, "smaller"))));
            assertEquals("larger", text(both, "x"));
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void doesNotBringBackWhatOnePartRemovedLater(RecordCodec codec) throws Exception {
        Attribute removed = Attribute.removed(new Stamp(2, true, 1), 5);
        SessionRecord there = record(Map.of("x", written(1, 1, "there")));
        assertEquals(
                removed,
                merged(codec, there, record(Map.of("x", removed))).attributes().get("x"));
        assertEquals(
                removed,
                merged(codec, record(Map.of("x", removed)), there).attributes().get("x"));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void endsASessionThatOnePartEnded(RecordCodec codec) throws Exception {
        SessionRecord alive = record(Map.of("x", written(7, 1, "there")));
        SessionRecord ended = SessionRecord.created(ID, 1_000, 60).tombstone(3);
        assertTrue(merged(codec, alive, ended).isTombstone());
        SessionRecord both = merged(codec, ended, alive);
        assertTrue(both.isTombstone());
        assertTrue(both.attributes().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void keepsThatOfTheLargerPartIfOneCannotBeRead(RecordCodec codec) throws Exception {
        byte[] good = codec.encode(record(Map.of("x", written(1, 1, "there"))));
        byte[] another = codec.encode(SessionRecord.created("another-grid", 1_000, 60));
        byte[] disturbed = good.clone();
        disturbed[disturbed.length / 2] ^= 1;
        PartedRecords parted = new PartedRecords(codec);
        for (byte[] bad : List.of(new byte[0], new byte[] {1, 2, 3}, disturbed, another)) {
            try (LogLines log = new LogLines(PartedRecords.class)) {
                assertArrayEquals(good, parted.merged(KEY, good, bad));
                assertEquals(1, log.lines().size(), log.lines().toString());
                assertFalse(log.lines().get(0).contains(ID), log.lines().toString());
                assertArrayEquals(bad, parted.merged(KEY, bad, good));
                assertEquals(2, log.lines().size(), log.lines().toString());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void keepsTheLaterLastAccessAndOfOtherKeysThatOfTheLargerPart(RecordCodec codec) {
        PartedRecords parted = new PartedRecords(codec);
        byte[] early = "999".getBytes(StandardCharsets.US_ASCII);
        byte[] late = "1000".getBytes(StandardCharsets.US_ASCII);
        byte[] none = "never".getBytes(StandardCharsets.US_ASCII);
        String access = "a:/app:" + ID;
        assertArrayEquals(late, parted.merged(access, early, late));
        assertArrayEquals(late, parted.merged(access, late, early));
        assertArrayEquals(late, parted.merged(access, none, late));
        assertArrayEquals(late, parted.merged(access, late, none));
        for (String other : List.of("l:/app:" + ID, "x:/app:sweep")) {
            assertArrayEquals(early, parted.merged(other, early, late));
            assertArrayEquals(late, parted.merged(other, late, early));
        }
    }
}
