package org.keepsake.balancer;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that sends exactly the bytes it is told to. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final HttpReader reader;
    private final OutputStream out;

    /** A whole response. */
    record Response(HttpReader.Head head, String body) {
        int status() {
            return head.status();
        }

        byte[] bytes() {
            return body.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Nullable
        String header(String name) {
            return head.header(name);
        }

        List<String> headers(String name) {
            return head.headers(name);
        }
    }

    RawClient(InetSocketAddress address) throws IOException {
        this(address, 0);
    }

    /** @param connected what it speaks through from now on */
    RawClient(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        reader = new HttpReader(new BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
    }

    /** @param receiveBuffer bytes that the kernel may take ahead of the reader; 0 for as many as it likes */
    RawClient(InetSocketAddress address, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(address);
        reader = new HttpReader(new BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    HttpReader.Head head() throws IOException {
        HttpReader.Head head = reader.head();
        if (head == null) {
            throw new EOFException("closed without a response");
        }
        return head;
    }

    Response response() throws IOException {
        return response("GET");
    }

    Response response(String method) throws IOException {
        HttpReader.Head head = head();
        boolean none = method.equals("HEAD") || head.status() < 200 || head.status() == 204 || head.status() == 304;
        return new Response(head, new String(reader.body(head, none), StandardCharsets.ISO_8859_1));
    }

    HttpReader reader() {
        return reader;
    }

    /** Whether the other side closes, orderly or not, without another byte. */
    boolean closed() throws IOException {
        try {
            return reader.head() == null;
        } catch (java.net.SocketException | EOFException e) {
            return true;
        }
    }

    Response get(String target) throws IOException {
        return send("GET " + target + " HTTP/1.1\r\nHost: site\r\n\r\n").response();
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
