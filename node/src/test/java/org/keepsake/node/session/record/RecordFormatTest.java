package org.keepsake.node.session.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFormatTest {

    private static final String GOLDEN = "4b534553" + "01" + "0000" // KSES, version 1, no flags
            + "0000019000000000" + "00000708" // created, 1800 s
            + "0000000000000002" + "01" + "00000000000000aa" // stamp of the time-out
            + "00000e10" // was once 3600 s
            + "0004" + "69642d6d" // id-m
            + "00000002" // two attributes
            + "0001" + "61" + "0000000000000001" + "01" + "0000000000000007" + "01" + "00" + "00000002" + "c3a9"
            + "0001" + "62" + "0000000000000003" + "00" + "ffffffffffffffff" + "10" + "04" + "6a617661"
            + "00000001" + "ff";

    private static SessionRecord golden() {
        return new SessionRecord(
                "id-m",
                0,
                0x19000000000L,
                1800,
                new Stamp(2, true, 0xaa),
                3600,
                new TreeMap<>(Map.of(
                        "a",
                                new Attribute(
                                        new Stamp(1, true, 7),
                                        Attribute.STRING,
                                        "",
                                        "é".getBytes(StandardCharsets.UTF_8)),
                        "b",
                                new Attribute(
                                        new Stamp(3, false, -1), Attribute.OBJECT, "java", new byte[] {(byte) 0xff}))));
    }

    private static byte[] withChecksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return ByteBuffer.allocate(bytes.length + 4)
                .put(bytes)
                .putInt((int) crc.getValue())
                .array();
    }

    @Test
    void isTheseBytesForeverWhileItMovesAndAfter() throws Exception {
        String moving = GOLDEN.replace("01" + "0000" + "0000019", "01" + "0002" + "0000019")
                .replace("0004" + "69642d6d", "0004" + "69642d6d" + "0004" + "69642d32");
        byte[] bytes = withChecksum(HexFormat.of().parseHex(moving));
        assertArrayEquals(bytes, RecordFormat.encode(golden().movingTo("id-2")));
        assertEquals(golden().movingTo("id-2"), RecordFormat.decode(bytes));
        SessionRecord left = golden().movingTo("id-2").tombstone(9);
        assertEquals(left, RecordFormat.decode(RecordFormat.encode(left)));
        assertEquals("id-2", left.movedTo());
    }

    @Test
    void isTheseBytesForever() throws Exception {
        byte[] bytes = withChecksum(HexFormat.of().parseHex(GOLDEN));
        assertArrayEquals(bytes, RecordFormat.encode(golden()));
        assertEquals(golden(), RecordFormat.decode(bytes));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void comesBackAsItWas(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            SessionRecord session = RandomRecords.next(random);
            byte[] bytes = RecordFormat.encode(session);
            SessionRecord back = RecordFormat.decode(bytes);
            assertEquals(session, back, "seed " + seed);
            assertArrayEquals(bytes, RecordFormat.encode(back), "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 127, 128, 255})
    void tellsANewerVersionFromDamageWhateverFollows(int version) {
        byte[] bytes = {'K', 'S', 'E', 'S', (byte) version};
        NewerRecord newer = assertThrows(NewerRecord.class, () -> RecordFormat.decode(bytes));
        assertEquals("record format " + version + " is newer than 1, the newest one read here", newer.getMessage());
    }

    @Test
    void tellsACompressedOrEncryptedRecordFromADamagedOne() {
        byte[] golden = HexFormat.of().parseHex(GOLDEN);
        golden[6] = SessionRecord.ENCRYPTED;
        assertThrows(NewerRecord.class, () -> RecordFormat.decode(withChecksum(golden)));
        byte[] damaged = RecordFormat.encode(golden());
        damaged[6] = SessionRecord.ENCRYPTED;
        assertThrows(MalformedRecord.class, () -> RecordFormat.decode(damaged));
    }

    @Test
    void carriesKindsAndFlagsOfLaterVersionsThrough() throws Exception {
        SessionRecord session = new SessionRecord(
                "id-m",
                1 << 15,
                1,
                60,
                Stamp.NONE,
                60,
                new TreeMap<>(Map.of("x", new Attribute(Stamp.NONE.next(true, 1), 200, "later.one", new byte[9]))));
        assertEquals(session, RecordFormat.decode(RecordFormat.encode(session)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void endsWithARecordOrARefusalWhateverTheBytes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = RecordFormat.encode(RandomRecords.next(random));
            int end = random.nextInt(10) == 0 ? random.nextInt(bytes.length) : bytes.length - 4;
            byte[] body = java.util.Arrays.copyOf(bytes, Math.max(0, end));
            for (int n = random.nextInt(4); n >= 0 && body.length > 0; n--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
            }
            decodeOrRefuse(random.nextBoolean() ? withChecksum(body) : body, seed);
        }
    }

    private static void decodeOrRefuse(byte[] bytes, long seed) {
        try {
            assertArrayEquals(bytes, RecordFormat.encode(RecordFormat.decode(bytes)), "seed " + seed);
        } catch (MalformedRecord refused) {
            assertTrue(String.valueOf(refused.getMessage()).startsWith("session record"), "seed " + seed);
        } catch (NewerRecord refused) {
            assertTrue(String.valueOf(refused.getMessage()).startsWith("record "), "seed " + seed);
        }
    }

    @Test
    void refusesAHugeCountOrLengthBeforeAllocatingForIt() {
        byte[] golden = HexFormat.of().parseHex(GOLDEN);
        int count = GOLDEN.indexOf("00000002" + "0001" + "61") / 2;
        ByteBuffer.wrap(golden).putInt(count, Integer.MAX_VALUE);
        assertThrows(MalformedRecord.class, () -> RecordFormat.decode(withChecksum(golden)));
        byte[] length = HexFormat.of().parseHex(GOLDEN);
        ByteBuffer.wrap(length).putInt(length.length - 5, Integer.MAX_VALUE);
        assertThrows(MalformedRecord.class, () -> RecordFormat.decode(withChecksum(length)));
    }

    @Test
    void saysWhatIsWrong() {
        byte[] bytes = RecordFormat.encode(golden());
        bytes[bytes.length - 6] ^= 1;
        MalformedRecord damaged = assertThrows(MalformedRecord.class, () -> RecordFormat.decode(bytes));
        assertEquals("session record of " + bytes.length + " bytes: the checksum is wrong", damaged.getMessage());
        assertThrows(MalformedRecord.class, () -> RecordFormat.decode(new byte[0]));
        assertThrows(MalformedRecord.class, () -> RecordFormat.decode(new byte[100]));
    }
}
