package org.keepsake.store;

import java.util.Arrays;

/** A key as a client named it, with its hash. Immutable. */
final class Key {

    /** The longest key in bytes (protocol.txt, "Keys"). */
    static final int MAX_LENGTH = 250;

    private final byte[] bytes;
    private final long hash;

    private Key(byte[] bytes) {
        this.bytes = bytes;
        this.hash = SipHash.hash(bytes);
    }

    /** Copies {@code source} from {@code from} to before {@code to}. */
    static Key of(byte[] source, int from, int to) {
        return new Key(Arrays.copyOfRange(source, from, to));
    }

    /** The bytes themselves, shared with the item: never to be changed. */
    byte[] bytes() {
        return bytes;
    }

    /** Chooses the place in a shard's table. */
    int hash() {
        return (int) hash;
    }

    /** Chooses the shard: bits that {@link #hash} does not contain. */
    int shardHash() {
        return (int) (hash >>> 32);
    }
}
