package org.keepsake.node.session.transcoder;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.temporal.Temporal;
import java.util.Locale;
import java.util.UUID;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.Stamp;

/** Values to attributes of a record and back: the simplest natively, all others by the transcoder. Thread-safe. */
public final class AttributeCodec {

    private final Transcoder transcoder;

    public AttributeCodec(Transcoder transcoder) {
        this.transcoder = transcoder;
    }

    /**
     * Whether a value can never change in place, so that the same object means the same content.
     *
     * @param value of any class
     */
    public static boolean isImmutable(Object value) {
        return value instanceof String
                || value instanceof Boolean
                || value instanceof Character
                || value instanceof Enum<?>
                || value instanceof UUID
                || value instanceof Locale
                || isImmutableNumber(value)
                || (value instanceof Temporal && value.getClass().getName().startsWith("java.time."));
    }

    private static boolean isImmutableNumber(Object value) {
        Class<?> type = value.getClass();
        return value instanceof Number
                && (type.getName().startsWith("java.lang.") || type == BigDecimal.class || type == BigInteger.class);
    }

    /**
     * The attribute that holds this value.
     *
     * @throws TranscodingFailed if the value, or something it refers to, cannot be encoded
     */
    public Attribute encode(Object value, Stamp stamp) throws TranscodingFailed {
        if (value instanceof String text && StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            return natively(stamp, Attribute.STRING, text.getBytes(StandardCharsets.UTF_8));
        }
        if (value instanceof Integer number) {
            return natively(
                    stamp, Attribute.INT, ByteBuffer.allocate(4).putInt(number).array());
        }
        if (value instanceof Long number) {
            return natively(
                    stamp,
                    Attribute.LONG,
                    ByteBuffer.allocate(8).putLong(number).array());
        }
        if (value instanceof Double number) {
            return natively(
                    stamp,
                    Attribute.DOUBLE,
                    ByteBuffer.allocate(8).putDouble(number).array());
        }
        if (value instanceof Boolean truth) {
            return natively(stamp, Attribute.BOOLEAN, new byte[] {(byte) (truth ? 1 : 0)});
        }
        if (value instanceof byte[] bytes) {
            return natively(stamp, Attribute.BYTES, bytes.clone());
        }
        return new Attribute(stamp, Attribute.OBJECT, transcoder.name(), transcoder.encode(value));
    }

    private static Attribute natively(Stamp stamp, int kind, byte[] bytes) {
        return new Attribute(stamp, kind, "", bytes);
    }

    /**
     * The value that this attribute holds.
     *
     * @throws TranscodingFailed if this version, or this application, can make no value of it
     */
    public Object decode(Attribute attribute) throws TranscodingFailed {
        byte[] bytes = attribute.bytes();
        return switch (attribute.kind()) {
            case Attribute.STRING -> text(bytes);
            case Attribute.INT -> fixed(bytes, Integer.BYTES).getInt();
            case Attribute.LONG -> fixed(bytes, Long.BYTES).getLong();
            case Attribute.DOUBLE -> fixed(bytes, Double.BYTES).getDouble();
            case Attribute.BOOLEAN -> fixed(bytes, 1).get() != 0;
            case Attribute.BYTES -> bytes.clone();
            case Attribute.OBJECT -> object(attribute);
            default -> throw new TranscodingFailed("its kind " + attribute.kind() + " is not known here", null);
        };
    }

    private Object object(Attribute attribute) throws TranscodingFailed {
        if (!attribute.transcoder().equals(transcoder.name())) {
            throw new TranscodingFailed("its transcoder " + attribute.transcoder() + " is not in use here", null);
        }
        return transcoder.decode(attribute.bytes());
    }

    private static String text(byte[] bytes) throws TranscodingFailed {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new TranscodingFailed("it is no UTF-8", e);
        }
    }

    private static ByteBuffer fixed(byte[] bytes, int length) throws TranscodingFailed {
        if (bytes.length != length) {
            throw new TranscodingFailed("it has " + bytes.length + " bytes instead of " + length, null);
        }
        return ByteBuffer.wrap(bytes);
    }
}
