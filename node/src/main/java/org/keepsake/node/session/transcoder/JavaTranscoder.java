package org.keepsake.node.session.transcoder;

import java.util.function.UnaryOperator;

/**
 * {@code java}: Java serialization. Nothing else stands behind the name than the JDK, with the filter of
 * {@link AllowedClasses}. It takes whatever is {@code Serializable}, and keeps every kind of reference. Thread-safe.
 */
final class JavaTranscoder implements Transcoder {

    static final String NAME = "java";

    private final JavaSerialization serialization;
    private final UnaryOperator<Object> replacing;

    JavaTranscoder(TranscoderContext context) {
        if (!context.customConverters().isEmpty()) {
            throw new IllegalArgumentException("custom converter "
                    + context.customConverters().get(0)
                    + ": transcoder java takes none, a class says itself how it is serialized");
        }
        this.serialization = context.serialization();
        this.replacing = context.copyCollections() ? CollectionCopies::copyIfCollection : UnaryOperator.identity();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte[] encode(Object value) throws TranscodingFailed {
        return serialization.write(value, replacing);
    }

    @Override
    public Object decode(byte[] bytes) throws TranscodingFailed {
        return serialization.read(bytes, UnaryOperator.identity());
    }
}
