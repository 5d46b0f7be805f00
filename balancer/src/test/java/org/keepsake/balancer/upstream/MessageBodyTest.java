package org.keepsake.balancer.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageBodyTest {
    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static MessageBody body(String head, boolean toHead) throws BadMessageException {
        return MessageBody.of(Objects.requireNonNull(new ResponseParser().parse(bytes(head + "\r\n\r\n"))), toHead);
    }

    private static String all(MessageBody body, ByteBuffer in) throws BadMessageException {
        StringBuilder payload = new StringBuilder();
        int before;
        do {
            before = payload.length();
            payload.append(StandardCharsets.ISO_8859_1.decode(body.next(in)));
        } while (!body.complete() && payload.length() > before);
        return payload.toString();
    }

    @Test
    void endsWhereTheLengthSays() throws BadMessageException {
        MessageBody body = body("HTTP/1.1 200 OK\r\nContent-Length: 5", false);
        ByteBuffer in = bytes("abcdefg");
        assertEquals("abcde", all(body, in));
        assertTrue(body.complete());
        assertEquals(2, in.remaining());
    }

    @Test
    void hasNoBodyWhereNoneIsAllowed() throws BadMessageException {
        assertTrue(body("HTTP/1.1 200 OK\r\nContent-Length: 5", true).complete());
        assertTrue(body("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", true).complete());
        assertTrue(body("HTTP/1.1 204 No Content", false).complete());
        assertTrue(body("HTTP/1.1 304 Not Modified\r\nContent-Length: 5", false).complete());
        assertTrue(body("HTTP/1.1 200 OK\r\nContent-Length: 0", false).complete());
    }

    @Test
    void endsWithTheConnectionWhenNothingIsSaid() throws BadMessageException {
        MessageBody body = body("HTTP/1.1 200 OK", false);
        assertEquals("abc", all(body, bytes("abc")));
        assertFalse(body.complete());
        assertTrue(body.mayEnd());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nContent-Length: 5",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5, 5",
                "Content-Length: +5",
                "Content-Length: -5",
                "Content-Length: 5a",
                "Content-Length: 0x5",
                "Content-Length:",
                "Content-Length: 9999999999999999999",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"
            })
    void refusesAmbiguousFraming(String fields) {
        assertThrows(BadMessageException.class, () -> body("HTTP/1.1 200 OK\r\n" + fields, false));
    }

    @Test
    void refusesChunksInHttp10() {
        assertThrows(BadMessageException.class, () -> body("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked", false));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4711})
    void decodesChunksHoweverTheyAreCut(long seed) throws BadMessageException {
        Random random = new Random(seed);
        StringBuilder wire = new StringBuilder();
        StringBuilder payload = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            String chunk = "x".repeat(random.nextInt(100)) + (char) ('a' + random.nextInt(26));
            payload.append(chunk);
            wire.append(Integer.toHexString(chunk.length())).append(random.nextBoolean() ? ";a=\"b\"" : "");
            wire.append("\r\n").append(chunk).append("\r\n");
        }
        wire.append("0\r\n")
                .append(random.nextBoolean() ? "Trailer: x\r\n" : "")
                .append("\r\nnext");
        MessageBody body = new ChunkedBody();
        StringBuilder decoded = new StringBuilder();
        int position = 0;
        while (!body.complete()) {
            int end = Math.min(wire.length(), position + 1 + random.nextInt(60));
            ByteBuffer in = bytes(wire.substring(position, end));
            decoded.append(all(body, in));
            position = end - in.remaining();
        }
        assertEquals(payload.toString(), decoded.toString(), "seed " + seed);
        assertEquals("next", wire.substring(position), "seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "g\r\n",
                "-1\r\n",
                "0x5\r\nabcde\r\n",
                " 5\r\nabcde\r\n",
                "5\nabcde\r\n",
                "5\r\nabcdef\r\n",
                "5\r\nabcde0\r\n",
                "5\r\nabcde\n0\r\n",
                "5_\r\nabcde\r\n",
                "1000000000000000\r\n",
                "\u0665\r\nabcde\r\n"
            })
    void refusesBrokenChunks(String wire) {
        assertThrows(BadMessageException.class, () -> all(new ChunkedBody(), bytes(wire)));
    }

    @Test
    void boundsChunkExtensionsAndTrailers() {
        assertThrows(BadMessageException.class, () -> all(new ChunkedBody(), bytes("5;" + "x".repeat(40_000))));
        assertThrows(
                BadMessageException.class, () -> all(new ChunkedBody(), bytes("0\r\n" + "T: x\r\n".repeat(10_000))));
    }
}
