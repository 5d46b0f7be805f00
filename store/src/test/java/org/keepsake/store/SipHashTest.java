package org.keepsake.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SipHashTest {

    /** The key 00 01 … 0f of the published vectors. */
    private final SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    @Test
    void givesThePublishedHashOfNothing() {
        assertEquals(Long.reverseBytes(0xdcc40f055801acabL), hash.of(new byte[0]));
    }

    @Test
    void tellsEveryLengthAndSecretApart() {
        Set<Long> hashes = new HashSet<>();
        for (int length = 0; length < 100; length++) {
            hashes.add(hash.of(new byte[length]));
        }
        assertEquals(100, hashes.size());
        assertNotEquals(hash.of(new byte[9]), new SipHash(1, 2).of(new byte[9]));
    }
}
