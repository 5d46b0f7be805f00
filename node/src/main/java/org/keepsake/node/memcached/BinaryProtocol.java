package org.keepsake.node.memcached;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Stored;

/** The commands of the binary protocol, see protocol_binary.xml. */
final class BinaryProtocol implements Commands {

    private static final byte[] NOTHING = new byte[0];

    /** An expiry here is unsigned: instead of a negative one, the first that means a second of 1970. */
    private static final int LONG_AGO = 60 * 60 * 24 * 30 + 1;

    @Override
    public Command<Reply> gets(String key) {
        int opaque = opaque();
        return new Command<>(
                gets(List.of(key), opaque),
                Endings.OF_READ,
                (request, pending, epoch) ->
                        new BinaryGets(request, opaque, 1, epoch, pending, replies -> pending.is(replies.get(0))));
    }

    @Override
    public Command<List<Reply>> gets(List<String> keys) {
        int opaque = opaque();
        return new Command<>(
                gets(keys, opaque),
                Endings.ofReads(keys.size()),
                (request, pending, epoch) -> new BinaryGets(request, opaque, keys.size(), epoch, pending, pending));
    }

    private static byte[] gets(List<String> keys, int opaque) {
        int length = 0;
        for (String key : keys) {
            length += Packet.HEAD + key.length();
        }
        ByteBuffer requests = ByteBuffer.allocate(length);
        int last = keys.size() - 1;
        for (int i = 0; i <= last; i++) {
            Packet.request(requests, i == last ? Packet.GET : Packet.GETQ, opaque + i, keys.get(i));
        }
        return requests.array();
    }

    @Override
    public Command<Stored> add(String key, byte[] value, int expiry) {
        return store(Packet.ADD, key, 0, value, expiry);
    }

    @Override
    public Command<Stored> set(String key, byte[] value, int expiry) {
        return store(Packet.SET, key, 0, value, expiry);
    }

    @Override
    public Command<Stored> cas(String key, long cas, byte[] value, int expiry) {
        return store(Packet.SET, key, cas, value, expiry);
    }

    private static Command<Stored> store(byte opcode, String key, long cas, byte[] value, int expiry) {
        int opaque = opaque();
        byte[] extras =
                ByteBuffer.allocate(8).putInt(0).putInt(unsigned(expiry)).array();
        return new Command<>(
                Packet.request(opcode, opaque, cas, extras, key, value),
                Endings.OF_STORE,
                (request, pending, epoch) -> new BinaryStatus(
                        request, opcode, opaque, epoch, pending, packet -> pending.is(stored(packet, epoch.number()))));
    }

    private static Stored stored(Packet packet, long epoch) {
        Outcome outcome = outcome(packet);
        if (outcome == Outcome.EXISTS && packet.opcode() == Packet.ADD) {
            outcome = Outcome.NOT_STORED;
        }
        return new Stored(outcome, outcome == Outcome.OK ? packet.cas() : 0, epoch);
    }

    @Override
    public Command<Outcome> touch(String key, int expiry) {
        return status(
                Packet.TOUCH, ByteBuffer.allocate(4).putInt(unsigned(expiry)).array(), key, NOTHING);
    }

    @Override
    public Command<Outcome> delete(String key) {
        return status(Packet.DELETE, NOTHING, key, NOTHING);
    }

    @Override
    public Command<Outcome> login(Credentials credentials) {
        return status(Packet.SASL_AUTH, NOTHING, Credentials.MECHANISM, credentials.plain());
    }

    private static Command<Outcome> status(byte opcode, byte[] extras, String key, byte[] value) {
        int opaque = opaque();
        return new Command<>(
                Packet.request(opcode, opaque, 0, extras, key, value),
                Endings.OF_WRITE,
                (request, pending, epoch) -> new BinaryStatus(
                        request, opcode, opaque, epoch, pending, packet -> pending.is(outcome(packet))));
    }

    /** What other status there is, a backend that is busy say, leaves open what was done. */
    private static Outcome outcome(Packet packet) {
        return switch (packet.status()) {
            case Packet.OK -> Outcome.OK;
            case Packet.NOT_FOUND -> Outcome.ABSENT;
            case Packet.EXISTS -> Outcome.EXISTS;
            case Packet.NOT_STORED -> Outcome.NOT_STORED;
            case Packet.TOO_LARGE, Packet.OUT_OF_MEMORY, Packet.INVALID, Packet.AUTH_ERROR, Packet.UNKNOWN_COMMAND ->
                Outcome.REFUSED;
            default -> Outcome.UNKNOWN;
        };
    }

    private static int unsigned(int expiry) {
        return expiry < 0 ? LONG_AGO : expiry;
    }

    /** Any number does: the answers of a connection come in the order of the questions, and this only makes sure. */
    private static int opaque() {
        return ThreadLocalRandom.current().nextInt();
    }
}
