package org.keepsake.balancer.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponseParserTest {
    private static final String HEAD =
            "HTTP/1.1 200 Quite OK\r\nServer:x\r\nSet-Cookie: a=1\r\nset-cookie:  b=2\t \r\nEmpty:\r\n\r\n";

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void readsAHeadByteByByte() throws BadMessageException {
        ResponseParser parser = new ResponseParser();
        for (int i = 0; i < HEAD.length() - 1; i++) {
            assertNull(parser.parse(bytes(HEAD.substring(i, i + 1))));
        }
        check(parser.parse(bytes("\n")));
    }

    @Test
    void leavesWhatComesBehindTheHead() throws BadMessageException {
        ByteBuffer in = bytes(HEAD + "body");
        check(new ResponseParser().parse(in));
        assertEquals(4, in.remaining());
    }

    @Test
    void readsOneHeadAfterTheOther() throws BadMessageException {
        ResponseParser parser = new ResponseParser();
        ByteBuffer in = bytes("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + HEAD);
        ResponseHead hints = parser.parse(in);
        assertNotNull(hints);
        assertTrue(hints.informational());
        check(parser.parse(in));
    }

    private static void check(@org.jspecify.annotations.Nullable ResponseHead head) {
        assertNotNull(head);
        assertEquals(200, head.status());
        assertEquals("Quite OK", head.reason());
        assertEquals("x", head.headers().getFirst("Server"));
        assertEquals(List.of("a=1", "b=2"), List.copyOf(head.headers().get("Set-Cookie")));
        assertEquals("", head.headers().getFirst("Empty"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200\r\n\r\n",
                "HTTP/1.1 200 \r\n\r\n",
                "HTTP/1.0 599 x y\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: caf\u00e9\u0080\tx\r\n\r\n"
            })
    void takesWhatIsWellFormed(String text) throws BadMessageException {
        assertNotNull(new ResponseParser().parse(bytes(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 099 OK\r\n\r\n",
                "HTTP/1.1 600 OK\r\n\r\n",
                "HTTP/1.1 2000\r\n\r\n",
                "HTTP/1.1 200OK\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "ICY 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\n\n",
                "HTTP/1.1 200 OK\r\nA: b\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\u0000c\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\u007fc\r\n\r\n",
                "HTTP/1.1 200 O\u0001K\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
                "HTTP/1.1 200 OK\r\n: b\r\n\r\n",
                "HTTP/1.1 200 OK\r\nnothing\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA\u00e9: b\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\r\n"
            })
    void refusesWhatIsNot(String text) {
        assertThrows(BadMessageException.class, () -> new ResponseParser().parse(bytes(text)));
    }

    @Test
    void boundsTheHead() {
        String field = "A: " + "x".repeat(1000) + "\r\n";
        assertThrows(
                BadMessageException.class,
                () -> new ResponseParser().parse(bytes("HTTP/1.1 200 OK\r\n" + field.repeat(100) + "\r\n")));
        assertThrows(
                BadMessageException.class,
                () -> new ResponseParser().parse(bytes("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(600) + "\r\n")));
        assertThrows(BadMessageException.class, () -> new ResponseParser().parse(bytes("x".repeat(100_000))));
    }

    @Test
    void losesNoRepeatedField() throws BadMessageException {
        ResponseHead head =
                new ResponseParser().parse(bytes("HTTP/1.1 200 OK\r\n" + "Set-Cookie: a=b\r\n".repeat(100) + "\r\n"));
        assertNotNull(head);
        assertEquals(100, head.headers().count("Set-Cookie"));
        assertThrows(
                BadMessageException.class,
                () -> new ResponseParser().parse(bytes("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(127) + "\r\n")));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4711})
    void endsWithAHeadOrARefusalWhateverComes(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            byte[] mutated = HEAD.getBytes(StandardCharsets.ISO_8859_1);
            for (int i = random.nextInt(4); i >= 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            ByteBuffer in = ByteBuffer.wrap(mutated);
            ResponseParser parser = new ResponseParser();
            try {
                ResponseHead head = null;
                while (in.hasRemaining() && head == null) {
                    ByteBuffer piece = in.slice();
                    piece.limit(Math.min(piece.limit(), 1 + random.nextInt(10)));
                    head = parser.parse(piece);
                    in.position(in.position() + piece.position());
                }
                if (head != null) {
                    head.headers()
                            .forEach(values -> values.forEach(value -> assertTrue(
                                    value.chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0), "seed " + seed)));
                }
            } catch (BadMessageException e) {
                assertNotNull(e.getMessage(), "seed " + seed);
            }
        }
    }
}
