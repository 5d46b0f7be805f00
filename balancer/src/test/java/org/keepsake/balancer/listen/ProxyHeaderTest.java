package org.keepsake.balancer.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String V4 = "0a000001" + "c0a80002" + "3039" + "01bb";

    /** As a channel that has everything, or a byte at a time; the end after it. */
    private static ProxyHeader.Source source(ByteBuffer in, int atMost) {
        boolean[] pause = {false};
        return into -> {
            if (atMost == 1 && (pause[0] = !pause[0])) {
                return 0;
            }
            if (!in.hasRemaining()) {
                return -1;
            }
            int length = Math.min(Math.min(in.remaining(), into.remaining()), atMost);
            into.put(in.slice(in.position(), length));
            in.position(in.position() + length);
            return length;
        };
    }

    private static Optional<ProxyHeader.Ends> read(byte[] bytes, String rest) throws IOException {
        byte[] behind = rest.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer whole = ByteBuffer.allocate(bytes.length + behind.length)
                .put(bytes)
                .put(behind)
                .flip();
        ByteBuffer dripped = whole.duplicate();
        ProxyHeader header = new ProxyHeader();
        assertTrue(header.read(source(whole, Integer.MAX_VALUE)));
        assertEquals(behind.length, whole.remaining(), "bytes behind the header were taken");
        ProxyHeader slow = new ProxyHeader();
        ProxyHeader.Source drip = source(dripped, 1);
        while (!slow.read(drip)) {
            assertTrue(dripped.hasRemaining());
        }
        assertEquals(header.ends(), slow.ends());
        return header.ends();
    }

    private static Optional<ProxyHeader.Ends> line(String line) throws IOException {
        return read((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1), "GET / HTTP/1.1\r\n");
    }

    private static Optional<ProxyHeader.Ends> binary(String hex) throws IOException {
        return read(HexFormat.of().parseHex(SIGNATURE + hex), "GET / HTTP/1.1\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 10.0.0.1 192.168.0.2 12345 443, /10.0.0.1:12345, /192.168.0.2:443",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2, /1.2.3.4:1, /1.2.3.4:2",
        "PROXY TCP6 fd00::1 fd00::2 0 65535, /[fd00:0:0:0:0:0:0:1]:0, /[fd00:0:0:0:0:0:0:2]:65535",
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535,"
                + " /[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535, /[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"
    })
    void readsTheLineOfVersion1(String line, String source, String destination) throws IOException {
        ProxyHeader.Ends ends = line(line).orElseThrow();
        assertEquals(source, ends.source().toString());
        assertEquals(destination, ends.destination().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN", "PROXY UNKNOWN ffff::1 ffff::2 1 2 and more"})
    void leavesAConnectionOfUnknownOriginAsItIs(String line) throws IOException {
        assertEquals(Optional.empty(), line(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1",
                "proxy TCP4 1.2.3.4 1.2.3.4 1 2",
                "PROXY TCP5 1.2.3.4 1.2.3.4 1 2",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 65536",
                "PROXY TCP4 1.2.3.4 1.2.3.4 -1 2",
                "PROXY TCP4 fd00::1 fd00::2 1 2",
                "PROXY TCP4 example.com 1.2.3.4 1 2",
                "PROXY TCP4 1.2.3.4  1.2.3.4 1 2",
                "PROXY TCP6 fd00::1 fd00::2 1 2 and what else would make more than 107 bytes of a line that ends somewhere"
            })
    void refusesALineOfAnotherForm(String line) {
        assertThrows(IOException.class, () -> line(line));
    }

    @Test
    void readsTheAddressesOfVersion2AndPassesOverWhatFollowsThem() throws IOException {
        ProxyHeader.Ends ends = binary("2111" + "000c" + V4).orElseThrow();
        assertEquals("/10.0.0.1:12345", ends.source().toString());
        assertEquals("/192.168.0.2:443", ends.destination().toString());
        assertEquals(Optional.of(ends), binary("2111" + "0010" + V4 + "04000100"));
        String v6 = "fd".concat("00".repeat(14)).concat("01").repeat(2);
        assertEquals(
                "/[fd00:0:0:0:0:0:0:1]:80",
                binary("2121" + "0024" + v6 + "0050" + "0051")
                        .orElseThrow()
                        .source()
                        .toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"20000000", "20110000", "2000000c" + V4, "21000000", "2131000c000000000000000000000000"})
    void leavesAConnectionOfTheProxyItselfAsItIs(String hex) throws IOException {
        assertEquals(Optional.empty(), binary(hex));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1111000c" + V4, "21110008" + "0a000001c0a80002", "2111ffff", "3111000c" + V4})
    void refusesVersion2OfAnotherForm(String hex) {
        assertThrows(IOException.class, () -> binary(hex));
    }

    @Test
    void refusesASignatureThatIsCutOff() {
        assertThrows(IOException.class, () -> read(HexFormat.of().parseHex("0d0a0d0a"), ""));
    }
}
