package org.keepsake.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes the answers of the binary protocol (protocol_binary.h). Used by one event loop. */
final class BinaryAnswers {

    private static final byte MAGIC = (byte) 0x81;
    private static final byte[] NOTHING = {};

    private final Output output;

    /** The header and the flags, written over by the next answer: the output copies it. */
    private final ByteBuffer head = ByteBuffer.allocate(BinaryRequest.HEADER + Integer.BYTES);

    /** Of the request being answered. */
    private int code;

    private int opaque;

    BinaryAnswers(Output output) {
        this.output = output;
    }

    /** The answers from now on are to this request. */
    void to(BinaryRequest request) {
        code = request.code;
        opaque = request.opaque;
    }

    void success(long cas) throws IOException {
        write(Status.SUCCESS, NOTHING, NOTHING, cas);
    }

    void success(byte[] value, long cas) throws IOException {
        write(Status.SUCCESS, NOTHING, value, cas);
    }

    /** Says what became of the request, in words. */
    void status(Status status) throws IOException {
        write(status, NOTHING, status.text(), 0);
    }

    /** A miss that names the key instead of saying so in words. */
    void missing(Key key) throws IOException {
        write(Status.NOT_FOUND, key.bytes(), NOTHING, 0);
    }

    void statistic(String name, String value) throws IOException {
        byte[] key = name.getBytes(StandardCharsets.ISO_8859_1);
        write(Status.SUCCESS, key, value.getBytes(StandardCharsets.ISO_8859_1), 0);
    }

    void item(Item item, boolean withKey, boolean withValue) throws IOException {
        byte[] key = withKey ? item.key : NOTHING;
        int valueLength = withValue ? item.value.length() : 0;
        begin(Status.SUCCESS, Integer.BYTES, key.length, valueLength, item.cas).putInt(item.flags);
        writeHead();
        output.write(key);
        if (withValue) {
            output.writeValue(item.value);
        }
    }

    private void write(Status status, byte[] key, byte[] value, long cas) throws IOException {
        begin(status, 0, key.length, value.length, cas);
        writeHead();
        output.write(key);
        output.write(value);
    }

    private ByteBuffer begin(Status status, int extras, int key, int value, long cas) {
        head.clear();
        head.put(MAGIC)
                .put((byte) code)
                .putShort((short) key)
                .put((byte) extras)
                .put((byte) 0);
        return head.putShort((short) status.code)
                .putInt(extras + key + value)
                .putInt(opaque)
                .putLong(cas);
    }

    private void writeHead() throws IOException {
        output.write(head.array(), 0, head.position());
    }
}
