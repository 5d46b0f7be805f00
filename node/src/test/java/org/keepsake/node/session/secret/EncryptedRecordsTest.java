package org.keepsake.node.session.secret;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.MalformedRecord;
import org.keepsake.node.session.record.NewerRecord;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;

class EncryptedRecordsTest {

    private static final String OLD = "old:" + "11".repeat(32);
    private static final String NEW = "new:" + "22".repeat(32);
    private static final String ID = "c0ffee-m1";

    private static final String GOLDEN = "4b534553" + "01" + "0008" // KSES, version 1, encrypted
            + "07" + "323032362d3131" + "07".repeat(12) // key 2026-11, nonce
            + "402bc9c82e6bcafc67e6a7330e21edd9b75cb1a6c60809b735162cf795838bfc"
            + "21211204b50edd3a97bcb46f0cfe7b9143b177b2ec41bd6fa7fba7e4c8ef54ca"
            + "4f22e5b6c5d68d2f504e62c3dbdef6e6b62bb38d0633a56d76bd066021"
            + "a9f6f19905877709ecabf19d4cd60572" // tag
            + "bd2f6d7d";

    private static RecordCodec codec(String... lines) {
        SecretKeys keys = SecretKeys.parse(List.of(lines));
        return new EncryptedRecords(() -> keys, new SecureRandom()::nextBytes);
    }

    private static SessionRecord session() {
        TreeMap<String, Attribute> attributes = new TreeMap<>();
        attributes.put(
                "user",
                new Attribute(
                        new Stamp(3, true, 7), Attribute.STRING, "", "alice".getBytes(StandardCharsets.US_ASCII)));
        return SessionRecord.created(ID, 0x19000000000L, 1800).withAttributes(attributes);
    }

    private static byte[] withChecksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        return ByteBuffer.wrap(bytes.clone())
                .putInt(bytes.length - 4, (int) crc.getValue())
                .array();
    }

    @Test
    void isTheseBytesForever() throws Exception {
        SecretKeys keys = SecretKeys.parse(List.of("2026-11:" + "0123456789abcdef".repeat(4)));
        RecordCodec codec = new EncryptedRecords(() -> keys, nonce -> Arrays.fill(nonce, (byte) 7));
        byte[] bytes = codec.encode(session());
        assertEquals(GOLDEN, HexFormat.of().formatHex(bytes));
        assertEquals(session(), codec.decode(ID, bytes));
    }

    @Test
    void showsNothingOfTheSessionAndNeverTheSameBytesTwice() throws Exception {
        RecordCodec codec = codec(NEW);
        byte[] bytes = codec.encode(session());
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertFalse(text.contains("alice") || text.contains("user") || text.contains(ID), text);
        assertTrue(text.contains("new"), text);
        assertFalse(Arrays.equals(bytes, codec.encode(session())));
        assertEquals(session(), codec.decode(ID, bytes));
    }

    /** Whether the checksum was mended afterwards or not. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesARecordOfWhichAnyBitWasChanged(boolean mended) {
        RecordCodec codec = codec(NEW, OLD);
        byte[] bytes = codec.encode(session());
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] changed = bytes.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            byte[] forged = mended ? withChecksum(changed) : changed;
            if (!Arrays.equals(forged, bytes)) {
                refused(codec, ID, forged, "bit " + bit);
            }
        }
    }

    private static void refused(RecordCodec codec, String id, byte[] bytes, String what) {
        try {
            SessionRecord unused = codec.decode(id, bytes);
        } catch (MalformedRecord | NewerRecord expected) {
            return;
        }
        throw new AssertionError(what + " was accepted");
    }

    @Test
    void callsAForgedRecordDamaged() {
        RecordCodec codec = codec(NEW);
        byte[] bytes = codec.encode(session());
        bytes[bytes.length - 10] ^= 1;
        MalformedRecord forged = assertThrows(MalformedRecord.class, () -> codec.decode(ID, withChecksum(bytes)));
        assertEquals("session record: is not authentic (key new)", forged.getMessage());
    }

    @Test
    void refusesARecordThatWasPutInAnothersPlace() {
        RecordCodec codec = codec(NEW);
        byte[] bytes = codec.encode(session());
        assertThrows(MalformedRecord.class, () -> codec.decode("c0ffee-m2", bytes));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void endsWithARefusalWhateverTheBytes(long seed) {
        Random random = new Random(seed);
        RecordCodec codec = codec(NEW);
        byte[] whole = codec.encode(session());
        for (int i = 0; i < 3_000; i++) {
            byte[] bytes = Arrays.copyOf(whole, random.nextInt(whole.length));
            for (int n = random.nextInt(4); n > 0 && bytes.length > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            refused(codec, ID, bytes.length > 4 ? withChecksum(bytes) : bytes, "seed " + seed + ", " + i);
        }
    }

    @Test
    void readsWhatAnOlderKeyWroteAndWritesWithTheFirst() throws Exception {
        byte[] old = codec(OLD).encode(session());
        RecordCodec rotated = codec(NEW, OLD);
        assertEquals(session(), rotated.decode(ID, old));
        assertEquals(session(), codec(NEW).decode(ID, rotated.encode(session())));
    }

    /** Not damage: there is a session, so it must not be replaced by another node's idea of it. */
    @Test
    void leavesARecordOfAnUnknownKeyAsItIs() {
        byte[] bytes = codec(NEW).encode(session());
        NewerRecord unknown = assertThrows(NewerRecord.class, () -> codec(OLD).decode(ID, bytes));
        assertEquals("record is encrypted with key new, which is not known here", unknown.getMessage());
        assertEquals("add that key to the session secret file to serve it", unknown.remedy());
        NewerRecord encrypted = assertThrows(NewerRecord.class, () -> RecordCodec.PLAIN.decode(ID, bytes));
        assertEquals("give this node the --session-secret-file of the others", encrypted.remedy());
    }

    @Test
    void doesNotTakeOneKeyForAnotherOfTheSameName() {
        byte[] bytes = codec(NEW).encode(session());
        RecordCodec sameName = codec("new:" + "33".repeat(32));
        assertThrows(MalformedRecord.class, () -> sameName.decode(ID, bytes));
    }

    @Test
    void refusesAPlainRecordUnlessItWasToldToAcceptThem() throws Exception {
        byte[] plain = RecordCodec.PLAIN.encode(session());
        NewerRecord refused = assertThrows(NewerRecord.class, () -> codec(NEW).decode(ID, plain));
        assertEquals("record is not encrypted", refused.getMessage());
        RecordCodec accepting = codec("plain:accept", NEW);
        assertEquals(session(), accepting.decode(ID, plain));
        assertEquals(session(), codec(NEW).decode(ID, accepting.encode(session())));
    }

    @Test
    void isSwitchedOnInStepsOfWhichEachReadsTheOneBeforeAndAfter() throws Exception {
        RecordCodec first = codec("plain:write", NEW);
        RecordCodec second = codec("plain:accept", NEW);
        assertArrayEquals(RecordCodec.PLAIN.encode(session()), first.encode(session()));
        assertEquals(session(), RecordCodec.PLAIN.decode(ID, first.encode(session())));
        assertEquals(session(), first.decode(ID, second.encode(session())));
        assertEquals(session(), second.decode(ID, first.encode(session())));
        assertEquals(session(), codec(NEW).decode(ID, second.encode(session())));
        assertEquals(session(), second.decode(ID, codec(NEW).encode(session())));
    }
}
