package org.keepsake.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random commands, some of them broken, in random pieces to a client that takes answers in random pieces. */
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
            converse(server, new TextProtocol(server, output, new CommandLine()), output, random);
            ticker.pass(Duration.ofMillis(random.nextInt(5000)));
            assertTrue(server.cache.bytes() <= MEMORY, "seed " + seed);
        }
        server.cache.flushAll(0);
        assertEquals(0, server.cache.bytes(), "seed " + seed);
        assertEquals(0, server.cache.items(), "seed " + seed);
    }

    private static void converse(Server server, Protocol protocol, Output output, Random random) throws IOException {
        byte[] input = commands(random);
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
