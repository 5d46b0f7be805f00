package org.keepsake.node.memcached;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Speaks the binary protocol, see protocol_binary.xml. */
final class BinaryProbe extends Probe {

    private static final int LONGEST_BODY = 64 << 10;
    private static final byte[] NOTHING = new byte[0];

    /** @param packet its head */
    @SuppressWarnings("ArrayRecordComponent") // read, looked at, dropped
    private record Response(Packet packet, byte[] body) {

        /** Extras and key; of a statistic, its name. */
        String skipped() {
            return new String(body, 0, packet.skipped(), StandardCharsets.ISO_8859_1);
        }

        String value() {
            return new String(body, packet.skipped(), packet.valueLength(), StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    boolean isUnderstood() throws IOException {
        return ask(Packet.VERSION, "").packet().status() == Packet.OK;
    }

    @Override
    boolean login(Optional<Credentials> credentials) throws IOException {
        if (!isUnderstood()) {
            throw new IOException("no memcached: it does not answer version");
        }
        if (credentials.isEmpty()) {
            return false;
        }
        Credentials known = credentials.get();
        int status = ask(Packet.SASL_AUTH, NOTHING, Credentials.MECHANISM, known.plain())
                .packet()
                .status();
        if (status != Packet.OK && status != Packet.UNKNOWN_COMMAND) {
            throw LoginRefused.of(known);
        }
        return status == Packet.OK;
    }

    @Override
    Map<String, String> stats(String kind) throws IOException {
        Response response = ask(Packet.STAT, kind);
        Map<String, String> stats = new HashMap<>();
        for (int i = 0; i < MOST_STATS; i++) {
            if (response.packet().asksForLogin()) {
                throw LoginRefused.missing();
            }
            if (response.packet().skipped() == 0) {
                return stats;
            }
            stats.put(response.skipped(), response.value());
            response = read(Packet.STAT);
        }
        throw new IOException("no memcached: endless stats");
    }

    @Override
    @Nullable
    String mark() throws IOException {
        Response response = ask(Packet.GET, Incarnation.KEY);
        return switch (response.packet().status()) {
            case Packet.OK -> response.value();
            case Packet.NOT_FOUND -> null;
            default -> throw new IOException("it does not tell the key i");
        };
    }

    @Override
    void addMark(String mark) throws IOException {
        byte[] value = mark.getBytes(StandardCharsets.ISO_8859_1);
        int status =
                ask(Packet.ADD, new byte[8], Incarnation.KEY, value).packet().status();
        if (status != Packet.OK && status != Packet.EXISTS) {
            throw new IOException("it does not take the key i");
        }
    }

    private Response ask(byte opcode, String key) throws IOException {
        return ask(opcode, NOTHING, key, NOTHING);
    }

    private Response ask(byte opcode, byte[] extras, String key, byte[] value) throws IOException {
        write(Packet.request(opcode, 0, 0, extras, key, value));
        return read(opcode);
    }

    private Response read(byte opcode) throws IOException {
        byte[] head = new byte[Packet.HEAD];
        head[0] = (byte) read();
        if (head[0] != Packet.RESPONSE) {
            // At once: what else a server says may be shorter than a packet.
            throw new IOException("it does not speak the binary protocol");
        }
        readFully(head, 1);
        Packet packet = Packet.head(ByteBuffer.wrap(head));
        int length = packet.bodyLength();
        if (packet.opcode() != opcode || length < packet.skipped() || length > LONGEST_BODY) {
            throw new IOException("no memcached: a response that was not asked for");
        }
        byte[] body = new byte[length];
        readFully(body, 0);
        return new Response(packet, body);
    }

    private void readFully(byte[] bytes, int from) throws IOException {
        for (int i = from; i < bytes.length; i++) {
            bytes[i] = (byte) read();
        }
    }
}
