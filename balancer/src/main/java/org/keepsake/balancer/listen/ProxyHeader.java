package org.keepsake.balancer.listen;

import java.io.EOFException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.keepsake.balancer.gate.AddressRange;

/**
 * Reads what a proxy in front tells of its client before the first byte of that: HAProxy's
 * <a href="https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt">PROXY protocol</a>, versions 1 and 2. No byte behind
 * the header is taken, so that it may be followed by TLS.
 */
final class ProxyHeader {
    /** As much as the shortest header of either version has. */
    private static final int FIRST = 15;

    private static final byte[] SIGNATURE = {0xD, 0xA, 0xD, 0xA, 0, 0xD, 0xA, 0x51, 0x55, 0x49, 0x54, 0xA};
    private static final int MAX_LINE = 107;
    private static final int PREFIX = 16;

    /** Further fields of version 2 are passed over; a proxy has no reason to send many. */
    private static final int MAX_LENGTH = 4096;

    private static final int INET = 0x11;
    private static final int INET6 = 0x21;

    /** A client and the address it came to. */
    record Ends(InetSocketAddress source, InetSocketAddress destination) {}

    /** Where bytes come from; as {@link java.nio.channels.ReadableByteChannel#read}. */
    interface Source {
        int read(ByteBuffer into) throws IOException;
    }

    private ByteBuffer buffer = ByteBuffer.allocate(FIRST);
    private boolean complete;
    private Optional<Ends> ends = Optional.empty();

    /**
     * Takes what has come.
     *
     * @return whether the header is complete
     * @throws IOException when it is none, or the connection has ended
     */
    boolean read(Source source) throws IOException {
        while (!complete) {
            int read = source.read(buffer);
            if (read < 0) {
                throw new EOFException("connection closed within the PROXY header");
            }
            if (read == 0) {
                return false;
            }
            if (!buffer.hasRemaining()) {
                goOn();
            }
        }
        return true;
    }

    /** What the proxy told; empty when the connection is its own, for a look at our health. */
    Optional<Ends> ends() {
        return ends;
    }

    private void goOn() throws IOException {
        byte[] header = buffer.array();
        if (header[0] == SIGNATURE[0]) {
            version2(header);
        } else {
            version1(header);
        }
    }

    private void version1(byte[] header) throws IOException {
        int length = header.length;
        if (!startsWith(header, "PROXY ")) {
            throw new IOException("not a PROXY header");
        }
        if (header[length - 1] == '\n' && header[length - 2] == '\r') {
            ends = line(new String(header, 0, length - 2, StandardCharsets.US_ASCII));
            complete = true;
        } else if (length == MAX_LINE) {
            throw new IOException("a PROXY header has at most " + MAX_LINE + " bytes");
        } else {
            grow(length + 1);
        }
    }

    private static boolean startsWith(byte[] header, String word) {
        return new String(header, 0, word.length(), StandardCharsets.ISO_8859_1).equals(word);
    }

    private static Optional<Ends> line(String line) throws IOException {
        String[] words = line.split(" ", -1);
        if (words[1].equals("UNKNOWN")) {
            return Optional.empty();
        }
        if (words.length != 6 || !(words[1].equals("TCP4") || words[1].equals("TCP6"))) {
            throw new IOException("a PROXY header of another form");
        }
        return Optional.of(new Ends(
                new InetSocketAddress(address(words[2], words[1]), port(words[4])),
                new InetSocketAddress(address(words[3], words[1]), port(words[5]))));
    }

    private static InetAddress address(String text, String family) throws IOException {
        InetAddress address =
                AddressRange.address(text).orElseThrow(() -> new IOException("an address in a PROXY header is none"));
        // IPv4 within IPv6 is IPv4 to Java.
        if (family.equals("TCP4") && !(address instanceof Inet4Address)) {
            throw new IOException("an address in a PROXY header is of another family");
        }
        return address;
    }

    private static int port(String text) throws IOException {
        int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
        if (port < 0 || port > 0xffff) {
            throw new IOException("a port in a PROXY header is none");
        }
        return port;
    }

    private void version2(byte[] header) throws IOException {
        if (header.length == FIRST) {
            if (!Arrays.equals(header, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)
                    || header[SIGNATURE.length] >> 4 != 2) {
                throw new IOException("not a PROXY header");
            }
            grow(PREFIX);
            return;
        }
        int length = ByteBuffer.wrap(header).getShort(PREFIX - Short.BYTES) & 0xffff;
        if (length > MAX_LENGTH) {
            throw new IOException("a PROXY header of " + length + " bytes");
        }
        if (header.length == PREFIX && length > 0) {
            grow(PREFIX + length);
            return;
        }
        boolean local = (header[SIGNATURE.length] & 0xf) == 0;
        ends = local ? Optional.empty() : addresses(header[SIGNATURE.length + 1], header);
        complete = true;
    }

    private static Optional<Ends> addresses(byte family, byte[] header) throws IOException {
        if (family != INET && family != INET6) {
            // Unix sockets and what nobody has told: the connection is what it is.
            return Optional.empty();
        }
        int size = family == INET ? 4 : 16;
        if (header.length < PREFIX + 2 * size + 2 * Short.BYTES) {
            throw new IOException("a PROXY header that is too short for its addresses");
        }
        ByteBuffer in = ByteBuffer.wrap(header).position(PREFIX);
        InetAddress source = address(in, size);
        InetAddress destination = address(in, size);
        return Optional.of(new Ends(
                new InetSocketAddress(source, in.getShort() & 0xffff),
                new InetSocketAddress(destination, in.getShort() & 0xffff)));
    }

    private static InetAddress address(ByteBuffer in, int size) throws UnknownHostException {
        byte[] address = new byte[size];
        in.get(address);
        return InetAddress.getByAddress(address);
    }

    private void grow(int size) {
        buffer = ByteBuffer.allocate(size).put(buffer.flip());
    }
}
