package org.keepsake.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A request or an answer of the binary protocol. Texts are ISO-8859-1.
 *
 * @param field what the header has at bytes 6 and 7: nothing in a request, the status in an answer
 * @param bodyLength what the header says, true or not
 */
record Packet(
        int magic,
        int opcode,
        int field,
        String extras,
        String key,
        String value,
        int opaque,
        long cas,
        long bodyLength) {

    static final int REQUEST = 0x80;
    static final int HEADER = 24;

    static Packet request(int opcode, String extras, String key, String value) {
        return new Packet(
                REQUEST,
                opcode,
                0,
                extras,
                key,
                value,
                opcode * 7 + 1,
                0,
                extras.length() + key.length() + value.length());
    }

    static Packet request(int opcode, String key) {
        return request(opcode, "", key, "");
    }

    static Packet request(int opcode) {
        return request(opcode, "");
    }

    /** A set, add or replace. */
    static Packet store(int opcode, String key, String value) {
        return request(opcode, ints(5, 0), key, value);
    }

    /** An increment or decrement that begins with {@code initial} where nothing is. */
    static Packet delta(int opcode, String key, long amount, long initial, int exptime) {
        return request(opcode, longs(amount, initial) + ints(exptime), key, "");
    }

    static String ints(int... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Integer.BYTES);
        for (int number : numbers) {
            bytes.putInt(number);
        }
        return new String(bytes.array(), StandardCharsets.ISO_8859_1);
    }

    static String longs(long... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Long.BYTES);
        for (long number : numbers) {
            bytes.putLong(number);
        }
        return new String(bytes.array(), StandardCharsets.ISO_8859_1);
    }

    static Packet answer(byte[] header, String body) {
        ByteBuffer fields = ByteBuffer.wrap(header);
        int keyLength = fields.getShort(2) & 0xffff;
        int extras = fields.get(4);
        return new Packet(
                fields.get(0) & 0xff,
                fields.get(1) & 0xff,
                fields.getShort(6),
                body.substring(0, extras),
                body.substring(extras, extras + keyLength),
                body.substring(extras + keyLength),
                fields.getInt(12),
                fields.getLong(16),
                body.length());
    }

    static int bodyLength(byte[] header) {
        return ByteBuffer.wrap(header).getInt(8);
    }

    Packet withMagic(int other) {
        return new Packet(other, opcode, field, extras, key, value, opaque, cas, bodyLength);
    }

    Packet withCas(long other) {
        return new Packet(magic, opcode, field, extras, key, value, opaque, other, bodyLength);
    }

    Packet withOpaque(int other) {
        return new Packet(magic, opcode, field, extras, key, value, other, cas, bodyLength);
    }

    Packet withBodyLength(long other) {
        return new Packet(magic, opcode, field, extras, key, value, opaque, cas, other);
    }

    byte[] bytes() {
        byte[] body = (extras + key + value).getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(HEADER + body.length)
                .put((byte) magic)
                .put((byte) opcode)
                .putShort((short) key.length())
                .put((byte) extras.length())
                .put((byte) 0)
                .putShort((short) field)
                .putInt((int) bodyLength)
                .putInt(opaque)
                .putLong(cas)
                .put(body)
                .array();
    }
}
