package org.keepsake.store;

import java.nio.ByteBuffer;

/**
 * The head of a request of the binary protocol (protocol_binary.h): 24 bytes, then extras, key and value. Reads from the
 * input, so it is of use only until more is received. Used by one event loop.
 */
final class BinaryRequest {

    /** What every request begins with. */
    static final byte MAGIC = (byte) 0x80;

    static final int HEADER = 24;
    private static final int MAX_SASL_DATA = 4096;
    private static final int STORE_EXTRAS = 8;
    private static final int DELTA_EXTRAS = 20;
    private static final int TIME_EXTRAS = 4;

    final Opcode opcode;
    final int code;
    final boolean quiet;
    final int keyLength;
    final int opaque;
    final long casUnique;
    private final byte[] input;
    private final int extras;
    private final int extrasLength;
    private final long bodyLength;

    private BinaryRequest(byte[] input, int from, ByteBuffer header) {
        this.code = header.get(from + 1) & 0xff;
        this.opcode = Opcode.of(code);
        this.quiet = opcode.isQuiet(code);
        this.keyLength = header.getShort(from + 2) & 0xffff;
        this.extrasLength = header.get(from + 4) & 0xff;
        this.bodyLength = header.getInt(from + 8) & 0xffff_ffffL;
        this.opaque = header.getInt(from + 12);
        this.casUnique = header.getLong(from + 16);
        this.input = input;
        this.extras = from + HEADER;
    }

    /** Reads the 24 bytes. */
    static BinaryRequest read(byte[] input, int from) {
        return new BinaryRequest(input, from, ByteBuffer.wrap(input));
    }

    /** Bytes to be there before it is carried out: all but a value, which may be long. */
    int length() {
        int head = HEADER + extrasLength + keyLength;
        return valueIsSmall() ? head + (int) valueLength() : head;
    }

    /** Whether the value is there with the rest: what a client says of itself is. */
    boolean valueIsSmall() {
        boolean isSasl = opcode == Opcode.SASL_AUTH || opcode == Opcode.SASL_STEP;
        return isSasl && !overflows() && valueLength() <= MAX_SASL_DATA;
    }

    /** Whether extras and key are longer than the body they are part of. */
    boolean overflows() {
        return valueLength() < 0;
    }

    long valueLength() {
        return bodyLength - extrasLength - keyLength;
    }

    /** Whether the command may have these parts; a value where none belongs is taken for the next request instead. */
    boolean wellFormed() {
        return keyLength <= Key.MAX_LENGTH
                && switch (opcode) {
                    case GET, GETK, DELETE -> has(0, true) && valueLength() == 0;
                    case SET, ADD, REPLACE -> has(STORE_EXTRAS, true);
                    case INCREMENT, DECREMENT -> has(DELTA_EXTRAS, true) && valueLength() == 0;
                    case APPEND, PREPEND, SASL_AUTH, SASL_STEP -> has(0, true);
                    case TOUCH, GAT, GATK -> has(TIME_EXTRAS, true);
                    case QUIT, NOOP, VERSION, SASL_LIST_MECHS -> has(0, false) && valueLength() == 0;
                    case FLUSH -> (has(0, false) || has(TIME_EXTRAS, false)) && valueLength() == 0;
                    case VERBOSITY -> has(TIME_EXTRAS, false) && valueLength() == 0;
                    case STAT -> extrasLength == 0;
                    case UNKNOWN -> true;
                };
    }

    private boolean has(int extrasBytes, boolean key) {
        return extrasLength == extrasBytes && key == keyLength > 0;
    }

    Key key() {
        int from = extras + extrasLength;
        return Key.of(input, from, from + keyLength);
    }

    /** The small value. */
    byte[] value() {
        int from = extras + extrasLength + keyLength;
        return Value.copyOf(input, from, (int) valueLength()).toBytes();
    }

    /** A number among the extras, 0 when there are none. */
    int extrasInt(int offset) {
        return extrasLength == 0 ? 0 : ByteBuffer.wrap(input).getInt(extras + offset);
    }

    long extrasLong(int offset) {
        return ByteBuffer.wrap(input).getLong(extras + offset);
    }

    /** An expiration time among the extras: unsigned, so never a negative one. */
    long exptime(int offset) {
        return Integer.toUnsignedLong(extrasInt(offset));
    }
}
