package org.keepsake.node.session.transcoder;

/**
 * Turns the objects of one application into bytes and back. Thread-safe.
 *
 * <p>What {@link #encode} lets pass, {@link #decode} of another node with the same application must take: a value that
 * could not be read after a fail-over has to be refused while somebody can still be told.
 */
public interface Transcoder {

    /** What users call it, and what marks its attributes in a record: 1 to 32 lower-case letters, digits, dots and dashes. */
    String name();

    /**
     * The bytes that stand for this value.
     *
     * @throws TranscodingFailed if the value, or something it refers to, cannot or must not be encoded
     */
    byte[] encode(Object value) throws TranscodingFailed;

    /**
     * The value that these bytes stand for.
     *
     * @param bytes from a store, so from anyone who can reach one: they must not make it run, load or allocate what the
     *     application would not
     * @throws TranscodingFailed if the bytes make no value, or one that must not be made
     */
    Object decode(byte[] bytes) throws TranscodingFailed;
}
