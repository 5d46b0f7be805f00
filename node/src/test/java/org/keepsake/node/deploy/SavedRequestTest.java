package org.keepsake.node.deploy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The encoding of a request that waits for a login. */
class SavedRequestTest {

    private static final SavedRequest REQUEST = new SavedRequest(
            "POST",
            "/straße",
            "a=1",
            List.of(new SavedRequest.Header("Content-Type", "text/plain"), new SavedRequest.Header("X", "")),
            "body".getBytes(StandardCharsets.UTF_8));

    @Test
    void readsWhatItWrote() {
        SavedRequest read = SavedRequest.decoded(REQUEST.encoded()).orElseThrow();
        assertEquals(REQUEST.method(), read.method());
        assertEquals(REQUEST.path(), read.path());
        assertEquals(REQUEST.query(), read.query());
        assertEquals(REQUEST.headers(), read.headers());
        assertArrayEquals(REQUEST.body(), read.body());
    }

    @Test
    void takesDamagedBytesForNoRequest() {
        byte[] whole = REQUEST.encoded();
        for (int length = 0; length < whole.length; length++) {
            assertTrue(SavedRequest.decoded(Arrays.copyOf(whole, length)).isEmpty(), "cut after " + length);
        }
        assertTrue(SavedRequest.decoded(Arrays.copyOf(whole, whole.length + 1)).isEmpty());
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = whole.clone();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            assertTrue(
                    SavedRequest.decoded(bytes)
                            .map(read -> read.body().length <= 16_384)
                            .orElse(true),
                    "seed " + seed);
        }
    }
}
