package org.keepsake.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * SipHash-1-3 (Aumasson and Bernstein, 2012) under a secret of this process: nobody can choose keys that all fall into
 * one chain of the hash table.
 */
final class SipHash {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final SipHash OF_PROCESS = ofProcess();

    private final long k0;
    private final long k1;

    SipHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    private static SipHash ofProcess() {
        SecureRandom random = new SecureRandom();
        return new SipHash(random.nextLong(), random.nextLong());
    }

    /** The hash under this process's secret. */
    static long hash(byte[] bytes) {
        return OF_PROCESS.of(bytes);
    }

    long of(byte[] bytes) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        int whole = bytes.length & ~7;
        // One round for each block, one for the last block with the length, three to finish.
        int rounds = whole / 8 + 4;
        for (int round = 0; round < rounds; round++) {
            int at = round * 8;
            long block = at < whole ? (long) LONG.get(bytes, at) : at == whole ? lastBlock(bytes, whole) : 0;
            if (round == rounds - 3) {
                v2 ^= 0xff;
            }
            v3 ^= block;
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32) + v3;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= block;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static long lastBlock(byte[] bytes, int from) {
        long block = (long) bytes.length << 56;
        for (int i = from; i < bytes.length; i++) {
            block |= (bytes[i] & 0xffL) << (8 * (i - from));
        }
        return block;
    }
}
