package org.keepsake.node.store;

import java.util.List;
import java.util.Optional;

/**
 * What a {@link PatientStore} asks of a place that makes its caller wait, such as a directory or a database. Every change
 * of one key is atomic, whichever processes share the place. Thread-safe.
 *
 * <p>Things are kept for so many seconds from now, 0 for ever; whoever asks, by the same clock. A key that has expired is not there.
 */
interface Place extends AutoCloseable {

    /**
     * What is kept under a key.
     *
     * @param version differs from every other version that any value of this key had
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Kept(byte[] value, long version) {}

    /** How a write ended, and the version that is there now if it was done. */
    record Written(Outcome outcome, long version) {

        static Written as(long version) {
            return new Written(Outcome.OK, version);
        }

        static Written not(Outcome why) {
            return new Written(why, 0);
        }
    }

    /** The largest value that it takes, in bytes. */
    long maxItemSize();

    Optional<Kept> read(String key) throws Unreachable;

    /** OK, or NOT_STORED if the key is there. */
    Written add(String key, byte[] value, long seconds) throws Unreachable;

    /** OK, EXISTS if another version is there, or ABSENT. */
    Written replace(String key, long version, byte[] value, long seconds) throws Unreachable;

    /** OK, whatever was there. */
    Written set(String key, byte[] value, long seconds) throws Unreachable;

    /** Whether it is there; keeps its version. */
    boolean touch(String key, long seconds) throws Unreachable;

    /** Ends a key at this version; OK, EXISTS or ABSENT. */
    Outcome remove(String key, long version) throws Unreachable;

    List<ListedKey> list(List<String> prefixes) throws Unreachable;

    /** Makes room for new things where old ones have expired; to be called now and then. */
    void purge() throws Unreachable;

    /** Asks it for nothing but an answer. */
    void probe() throws Unreachable;

    /** For people, without secrets. */
    String describe();

    @Override
    void close();
}
