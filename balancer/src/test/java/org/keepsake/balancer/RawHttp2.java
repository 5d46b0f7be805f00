package org.keepsake.balancer;

import io.undertow.protocols.http2.HpackDecoder;
import io.undertow.protocols.http2.HpackException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client of HTTP/2 (RFC 9113) that sends exactly the fields and frames it is told to. */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;

    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private final SSLSocket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final HpackDecoder decoder = new HpackDecoder();
    private int nextStream = 1;

    /** @param stream 0 for those of the connection */
    record Frame(int type, int flags, int stream, ByteBuffer payload) {}

    /** What came of a stream: a status and a body, or that it was reset (-1), or the connection ended (-2). */
    record Outcome(int status, Map<String, String> headers, String body) {}

    RawHttp2(InetSocketAddress address, SSLContext context) throws IOException {
        Socket plain = new Socket(address.getAddress(), address.getPort());
        socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", address.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        if (!socket.getApplicationProtocol().equals("h2")) {
            throw new IOException("HTTP/2 was not chosen");
        }
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        send(SETTINGS, 0, 0, new byte[0]);
    }

    void send(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload);
        out.write(frame.array());
        out.flush();
    }

    /**
     * Sends the head of a request.
     *
     * @param fields names and values in turn, pseudo-headers first
     * @return the stream
     */
    int head(boolean end, String... fields) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            block.write(0);
            literal(block, fields[i]);
            literal(block, fields[i + 1]);
        }
        int stream = nextStream;
        nextStream += 2;
        send(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block.toByteArray());
        return stream;
    }

    private static void literal(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int rest = bytes.length - 127;
            for (; rest >= 128; rest >>= 7) {
                block.write((rest & 0x7f) | 0x80);
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    void body(int stream, boolean end, String data) throws IOException {
        send(DATA, end ? END_STREAM : 0, stream, data.getBytes(StandardCharsets.ISO_8859_1));
    }

    void reset(int stream) throws IOException {
        send(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
    }

    Frame frame() throws IOException {
        int start = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[start >>> 8];
        in.readFully(payload);
        return new Frame(start & 0xff, flags, stream, ByteBuffer.wrap(payload));
    }

    /** Reads until a stream has ended, one way or another; frames of other streams are dropped. */
    Outcome outcome(int stream) throws IOException {
        Map<String, String> headers = new HashMap<>();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            Frame frame;
            try {
                frame = frame();
            } catch (java.io.EOFException | java.net.SocketException e) {
                return new Outcome(-2, headers, "");
            }
            if (frame.type() == SETTINGS && frame.flags() != ACK) {
                send(SETTINGS, ACK, 0, new byte[0]);
            } else if (frame.type() == GOAWAY) {
                return new Outcome(-2, headers, "");
            } else if (frame.type() == HEADERS) {
                Map<String, String> decoded = decode(frame);
                if (frame.stream() == stream) {
                    headers.putAll(decoded);
                }
            } else if (frame.type() == RST_STREAM && frame.stream() == stream) {
                return new Outcome(-1, headers, "");
            } else if (frame.type() == DATA) {
                if (frame.stream() == stream) {
                    body.writeBytes(frame.payload().array());
                }
                credit(frame);
            }
            if (frame.stream() == stream && frame.type() <= HEADERS && (frame.flags() & END_STREAM) != 0) {
                int status = Integer.parseInt(headers.getOrDefault(":status", "0"));
                return new Outcome(status, headers, body.toString(StandardCharsets.ISO_8859_1));
            }
        }
    }

    private void credit(Frame data) throws IOException {
        if (data.payload().hasRemaining()) {
            byte[] size =
                    ByteBuffer.allocate(4).putInt(data.payload().remaining()).array();
            send(WINDOW_UPDATE, 0, 0, size);
            send(WINDOW_UPDATE, 0, data.stream(), size);
        }
    }

    private Map<String, String> decode(Frame frame) throws IOException {
        Map<String, String> headers = new HashMap<>();
        decoder.setHeaderEmitter((name, value, never) -> headers.put(name.toString(), value));
        try {
            decoder.decode(frame.payload(), false);
        } catch (HpackException e) {
            throw new IOException(e);
        }
        return headers;
    }

    Outcome get(String path, String... more) throws IOException {
        String[] fields = new String[8 + more.length];
        System.arraycopy(
                new String[] {":method", "GET", ":scheme", "https", ":authority", "site.example", ":path", path},
                0,
                fields,
                0,
                8);
        System.arraycopy(more, 0, fields, 8, more.length);
        return outcome(head(true, fields));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
