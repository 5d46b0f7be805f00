package org.keepsake.node.memcached;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Speaks the binary protocol as memcached does. */
final class BinaryTalk extends Talk {

    private static final byte[] FLAGS = new byte[4];

    private byte opcode;
    private int opaque;
    private int valueLength;

    BinaryTalk(Socket client) throws IOException {
        super(client);
    }

    @Override
    String command() throws IOException {
        ByteBuffer head = ByteBuffer.wrap(in().readNBytes(Packet.HEAD));
        if (head.remaining() < Packet.HEAD) {
            throw new EOFException("end");
        }
        int keyLength = head.getShort(2);
        ByteBuffer extras = ByteBuffer.wrap(in().readNBytes(head.get(4)));
        String key = new String(in().readNBytes(keyLength), StandardCharsets.ISO_8859_1);
        opcode = head.get(1);
        opaque = head.getInt(12);
        valueLength = head.getInt(8) - extras.capacity() - keyLength;
        return switch (opcode) {
            case Packet.GET -> "gets " + key;
            case Packet.GETQ -> "getq " + key;
            case Packet.ADD -> "add " + key + " 0 " + extras.getInt(4) + " " + valueLength;
            case Packet.SET ->
                (head.getLong(16) == 0 ? "set " : "cas ") + key + " 0 " + extras.getInt(4) + " " + valueLength;
            case Packet.TOUCH -> "touch " + key + " " + extras.getInt(0);
            case Packet.DELETE -> "delete " + key;
            case Packet.VERSION -> "version";
            case Packet.STAT -> ("stats " + key).strip();
            case Packet.SASL_AUTH -> "sasl " + key;
            default -> throw new IOException("opcode " + opcode);
        };
    }

    @Override
    byte[] value() throws IOException {
        return in().readNBytes(valueLength);
    }

    @Override
    void found(String key, long cas, String value) throws IOException {
        respond(opcode, Packet.OK, opaque, cas, FLAGS, "", value);
    }

    @Override
    void absent() throws IOException {
        respond(Packet.NOT_FOUND, "Not found");
    }

    @Override
    void stored() throws IOException {
        respond(opcode, Packet.OK, opaque, 1, new byte[0], "", "");
    }

    @Override
    void outOfMemory() throws IOException {
        respond(Packet.OUT_OF_MEMORY, "Out of memory");
    }

    @Override
    void backendTimeout() throws IOException {
        respond(0x86, "Temporary failure");
    }

    @Override
    void version() throws IOException {
        respond(Packet.OK, "1.6.18");
    }

    @Override
    void stats(Map<String, String> stats) throws IOException {
        for (Map.Entry<String, String> stat : stats.entrySet()) {
            respond(opcode, Packet.OK, opaque, 0, new byte[0], stat.getKey(), stat.getValue());
        }
        respond(Packet.OK, "");
    }

    void respond(int status, String text) throws IOException {
        respond(opcode, status, opaque, 0, new byte[0], "", text);
    }

    private void respond(byte opcode, int status, int opaque, long cas, byte[] extras, String key, String value)
            throws IOException {
        say(response(opcode, status, opaque, cas, extras, key, value));
    }

    /** A whole response. */
    static byte[] response(byte opcode, int status, int opaque, long cas, byte[] extras, String key, String value) {
        int body = extras.length + key.length() + value.length();
        ByteBuffer response = ByteBuffer.allocate(Packet.HEAD + body);
        response.put(Packet.RESPONSE).put(opcode).putShort((short) key.length());
        response.put((byte) extras.length).put((byte) 0).putShort((short) status);
        response.putInt(body).putInt(opaque).putLong(cas);
        response.put(extras).put((key + value).getBytes(StandardCharsets.ISO_8859_1));
        return response.array();
    }

    /** What the response to the present command would be, to be spoilt. */
    byte[] foundResponse(long cas, String value) {
        return response(opcode, Packet.OK, opaque, cas, FLAGS, "", value);
    }
}
