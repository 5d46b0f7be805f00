package org.keepsake.node.memcached;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The head of a response in the binary protocol (protocol_binary.xml, "Packet Structure"), and how requests are written.
 * Immutable.
 *
 * @param magic {@link #RESPONSE}, if it is one
 * @param opcode of the command it answers
 * @param skipped how many bytes of the body stand before the value: extras and key
 * @param status 0 for success
 * @param bodyLength in bytes
 * @param opaque what the request had there
 * @param cas the CAS id of the item, or 0
 */
record Packet(byte magic, byte opcode, int skipped, int status, int bodyLength, int opaque, long cas) {

    static final int HEAD = 24;
    static final byte REQUEST = (byte) 0x80;
    static final byte RESPONSE = (byte) 0x81;

    static final byte GET = 0x00;
    static final byte SET = 0x01;
    static final byte ADD = 0x02;
    static final byte DELETE = 0x04;
    static final byte GETQ = 0x09;
    static final byte VERSION = 0x0b;
    static final byte STAT = 0x10;
    static final byte TOUCH = 0x1c;
    static final byte SASL_AUTH = 0x21;

    static final int OK = 0;
    static final int NOT_FOUND = 1;
    static final int EXISTS = 2;
    static final int TOO_LARGE = 3;
    static final int INVALID = 4;
    static final int NOT_STORED = 5;
    static final int AUTH_ERROR = 0x20;
    static final int UNKNOWN_COMMAND = 0x81;
    static final int OUT_OF_MEMORY = 0x82;

    /** Reads {@link #HEAD} bytes. */
    static Packet head(ByteBuffer head) {
        return new Packet(
                head.get(0),
                head.get(1),
                Short.toUnsignedInt(head.getShort(2)) + Byte.toUnsignedInt(head.get(4)),
                Short.toUnsignedInt(head.getShort(6)),
                head.getInt(8),
                head.getInt(12),
                head.getLong(16));
    }

    /** How long the value is in bytes; negative if the lengths contradict each other. */
    int valueLength() {
        return bodyLength - skipped;
    }

    /** Whether it says that the server speaks to nobody, or not to this user, without a login. */
    boolean asksForLogin() {
        return status == AUTH_ERROR;
    }

    static byte[] request(byte opcode, int opaque, long cas, byte[] extras, String key, byte[] value) {
        byte[] request = new byte[HEAD + extras.length + key.length() + value.length];
        ByteBuffer buffer = ByteBuffer.wrap(request);
        head(buffer, opcode, opaque, cas, extras.length, key.length(), value.length);
        buffer.put(extras).put(key.getBytes(StandardCharsets.ISO_8859_1)).put(value);
        return request;
    }

    /** Without extras, value and CAS id. */
    static void request(ByteBuffer buffer, byte opcode, int opaque, String key) {
        head(buffer, opcode, opaque, 0, 0, key.length(), 0);
        buffer.put(key.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void head(ByteBuffer buffer, byte opcode, int opaque, long cas, int extras, int key, int value) {
        buffer.put(REQUEST).put(opcode).putShort((short) key).put((byte) extras);
        // Data type and virtual bucket: none.
        buffer.put((byte) 0).putShort((short) 0);
        buffer.putInt(extras + key + value).putInt(opaque).putLong(cas);
    }
}
