package org.keepsake.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random commands of both protocols, some of them broken, in random pieces to a client that takes answers in random pieces. */
class FuzzTest {

    private static final int MEMORY = 2 << 20;

    private static final List<String> WORDS = List.of(
            "get",
            "gets",
            "gat",
            "gats",
            "set",
            "add",
            "replace",
            "append",
            "prepend",
            "cas",
            "delete",
            "incr",
            "decr",
            "touch",
            "flush_all",
            "stats",
            "lru_crawler",
            "metadump",
            "all",
            "hash",
            "settings",
            "items",
            "version",
            "verbosity",
            "noreply",
            "0",
            "1",
            "10",
            "-1",
            "60",
            "3000",
            "40000",
            "1048576",
            "1048577",
            "2147483645",
            "2147483647",
            "18446744073709551615",
            "a",
            "b",
            "c",
            "d",
            "e",
            "\u0000",
            "\r",
            "\n",
            "x".repeat(250),
            "y".repeat(251),
            "");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverFailsAndNeverExceedsItsMemory(long seed) throws IOException {
        Random random = new Random(seed);
        ManualTicker ticker = new ManualTicker();
        Server server = new Server(TestConfigs.config(MEMORY, 10, MEMORY / 2), ticker);
        for (int client = 0; client < 40; client++) {
            Output output = new Output(new MoodyChannel(random), ByteBuffer.allocate(4096), server.statistics);
            boolean binary = client % 2 == 0;
            Protocol protocol =
                    binary ? new BinaryProtocol(server, output) : new TextProtocol(server, output, new CommandLine());
            converse(server, protocol, binary ? packets(random) : commands(random), output, random);
            ticker.pass(Duration.ofMillis(random.nextInt(5000)));
            assertTrue(server.cache.bytes() <= MEMORY, "seed " + seed);
        }
        server.cache.flushAll(0);
        assertEquals(0, server.cache.bytes(), "seed " + seed);
        assertEquals(0, server.cache.items(), "seed " + seed);
    }

    private static void converse(Server server, Protocol protocol, byte[] input, Output output, Random random)
            throws IOException {
        int from = 0;
        int to = 0;
        while (!protocol.finished() && (to < input.length || output.pending())) {
            to = Math.min(input.length, to + 1 + random.nextInt(5000));
            output.startTurn();
            output.flush();
            from = protocol.consume(input, from, to);
            output.flush();
            assertTrue(protocol.held() <= 2 << 20);
            assertTrue(output.held() <= 2 << 20);
            assertTrue(server.cache.bytes() <= MEMORY);
        }
    }

    private static byte[] packets(Random random) {
        ByteArrayOutputStream packets = new ByteArrayOutputStream();
        int count = random.nextInt(300);
        for (int i = 0; i < count; i++) {
            packets.writeBytes((random.nextInt(30) > 0 ? validPacket(random) : brokenPacket(random)).bytes());
        }
        return packets.toByteArray();
    }

    /** Of any command, with the parts that it may have. */
    private static Packet validPacket(Random random) {
        String key = "key" + random.nextInt(40);
        int length = random.nextInt(8) > 0 ? random.nextInt(3000) : random.nextInt(200_000);
        int command = 1 + random.nextInt(3) + (random.nextBoolean() ? 0x10 : 0);
        long cas = random.nextInt(4) == 0 ? random.nextInt(3) : 0;
        return switch (random.nextInt(7)) {
            case 0, 1 -> Packet.store(command, key, "7".repeat(length)).withCas(cas);
            case 2 -> Packet.delta(command < 4 ? 5 : 0x16, key, random.nextLong(), 1, random.nextInt(3) - 1);
            case 3 -> Packet.request(pick(random, 0x0e, 0x0f, 0x19, 0x1a), "", key, "7".repeat(length));
            case 4 ->
                Packet.request(pick(random, 0x1c, 0x1d, 0x1e, 0x23, 0x24), Packet.ints(cas == 0 ? 20 : 0), key, "");
            case 5 -> Packet.request(pick(random, 0x0a, 0x0b, 0x10, 0x20, 0x30, random.nextInt(50) == 0 ? 7 : 0x0a));
            default -> Packet.request(pick(random, 0, 4, 9, 0x0c, 0x0d, 0x14), key);
        };
    }

    private static int pick(Random random, int... opcodes) {
        return opcodes[random.nextInt(opcodes.length)];
    }

    private static Packet brokenPacket(Random random) {
        String extras = "\u0000".repeat(random.nextInt(3) * 4);
        String key = WORDS.get(random.nextInt(WORDS.size()));
        Packet packet = Packet.request(random.nextInt(256), extras, key, "x".repeat(random.nextInt(40)));
        return switch (random.nextInt(4)) {
            case 0 -> packet.withBodyLength(random.nextInt());
            case 1 -> packet.withMagic(random.nextInt(256));
            default -> packet.withCas(random.nextLong());
        };
    }

    private static byte[] commands(Random random) {
        StringBuilder commands = new StringBuilder();
        int count = random.nextInt(300);
        for (int i = 0; i < count; i++) {
            commands.append(random.nextInt(3) > 0 ? valid(random) : broken(random));
        }
        return commands.toString().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static String broken(Random random) {
        List<String> words = new ArrayList<>();
        int count = random.nextInt(8);
        for (int i = 0; i < count; i++) {
            words.add(WORDS.get(random.nextInt(WORDS.size())));
        }
        return String.join(" ", words) + (random.nextInt(10) > 0 ? "\r\n" : "");
    }

    private static String valid(Random random) {
        String key = "key" + random.nextInt(40);
        int length = random.nextInt(8) > 0 ? random.nextInt(3000) : random.nextInt(200_000);
        String noreply = random.nextBoolean() ? " noreply" : "";
        return switch (random.nextInt(6)) {
            case 0, 1 ->
                WORDS.get(4 + random.nextInt(5)) + " " + key + " 1 " + random.nextInt(20) + " " + length + noreply
                        + "\r\n" + "7".repeat(length) + "\r\n";
            case 2 -> "set " + key + " 0 0 2" + noreply + "\r\n" + random.nextInt(10, 99) + "\r\n";
            case 3 -> WORDS.get(11 + random.nextInt(3)) + " " + key + " " + random.nextInt(20) + noreply + "\r\n";
            case 4 -> "delete " + key + noreply + "\r\n";
            default -> WORDS.get(random.nextInt(2)) + " " + key + " key1 key2\r\n";
        };
    }

    /** A channel that takes all, something or nothing. */
    private record MoodyChannel(Random random) implements WritableByteChannel {

        @Override
        public int write(ByteBuffer source) {
            int taken = random.nextInt(3) == 0 ? random.nextInt(source.remaining() + 1) : source.remaining();
            source.position(source.position() + taken);
            return taken;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
