package org.keepsake.node.grid;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.internal.nio.BufferObjectDataOutput;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatchTest {

    private final InternalSerializationService serialization = new DefaultSerializationServiceBuilder().build();

    @AfterEach
    void dispose() {
        serialization.dispose();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void makesTheOtherValueOfAnyTwo(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] before = bytes(random);
            byte[] after = random.nextBoolean() ? bytes(random) : changed(before, random);
            assertMakes(before, after, "seed " + seed + ", pair " + i);
        }
    }

    /** Of two letters, so that two of them often have something in common. */
    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(14)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(2));
        }
        return bytes;
    }

    private static byte[] changed(byte[] value, Random random) {
        StringBuilder text = new StringBuilder(new String(value, StandardCharsets.ISO_8859_1));
        for (int changes = random.nextInt(3); changes >= 0; changes--) {
            int where = random.nextInt(text.length() + 1);
            if (random.nextBoolean()) {
                text.insert(where, "c".repeat(random.nextInt(4)));
            } else {
                text.delete(where, Math.min(text.length(), where + random.nextInt(4)));
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void assertMakes(byte[] before, byte[] after, String pair) throws IOException {
        byte[] untouched = before.clone();
        Patch patch = Patch.between(before, after);
        assertArrayEquals(after, patch.applyTo(before), pair);
        assertArrayEquals(after, sent(patch).applyTo(before), pair);
        assertArrayEquals(untouched, before, pair);
    }

    private Patch sent(Patch patch) throws IOException {
        BufferObjectDataOutput out = serialization.createObjectDataOutput();
        patch.write(out);
        return Patch.read(serialization.createObjectDataInput(out.toByteArray()));
    }

    @ParameterizedTest
    @CsvSource({
        "'',''",
        "'',a",
        "a,''",
        "a,a",
        "a,b",
        "a,ab",
        "ab,b",
        "aaaa,aaaaa",
        "aaaaaa,aa",
        "abcabc,abc",
        "same bytes,same bytes"
    })
    void makesTheOtherValueOfSmallOnes(String before, String after) throws IOException {
        assertMakes(before.getBytes(StandardCharsets.UTF_8), after.getBytes(StandardCharsets.UTF_8), "");
    }

    @Test
    void carriesWhatDiffersAndNotTheRest() {
        byte[] before = new byte[100_000];
        new Random(4).nextBytes(before);
        byte[] after = before.clone();
        after[40_000]++;
        after[40_010]++;
        after[99_999]++;
        Patch patch = Patch.between(before, after);
        assertTrue(patch.between().length + patch.tail().length < 20, patch.between().length + " bytes");
        assertEquals(11, patch.between().length);
    }

    @ParameterizedTest
    @CsvSource({"-1,0,0", "0,-1,0", "-2147483648,-2147483648,0", "0,0,5"})
    void isNotReadIfItIsNone(int from, int to, int tail) throws IOException {
        BufferObjectDataOutput out = serialization.createObjectDataOutput();
        out.writeInt(from);
        out.writeInt(to);
        out.writeByteArray(new byte[1]);
        out.writeByteArray(new byte[tail]);
        assertThrows(IOException.class, () -> Patch.read(serialization.createObjectDataInput(out.toByteArray())));
    }

    @Test
    void isNotReadIfAPartIsMissing() throws IOException {
        BufferObjectDataOutput out = serialization.createObjectDataOutput();
        out.writeInt(0);
        out.writeInt(0);
        out.writeByteArray(null);
        out.writeByteArray(null);
        assertThrows(IOException.class, () -> Patch.read(serialization.createObjectDataInput(out.toByteArray())));
        assertThrows(IOException.class, () -> Patch.read(serialization.createObjectDataInput(new byte[7])));
    }

    @ParameterizedTest
    @CsvSource({"11,0", "0,11", "6,5", "2147483647,2147483647", "2147483647,1"})
    void isRefusedByAShorterValue(int from, int to) {
        Patch patch = new Patch(from, to, new byte[3], new byte[0]);
        assertThrows(IllegalArgumentException.class, () -> patch.applyTo(new byte[10]));
    }
}
