package org.keepsake.store;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A socket that speaks bytes; text is ISO-8859-1. Reading waits half a minute at most. */
final class Client implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket = new Socket();
    private final OutputStream out;
    private final InputStream in;

    Client(InetSocketAddress address) throws IOException {
        try {
            socket.connect(address, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            out = socket.getOutputStream();
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** One answer line, without its end. */
    String line() throws IOException {
        String line = lineFedLine();
        if (!line.endsWith("\r")) {
            throw new IOException("a line without CR LF: '" + line + "'");
        }
        return line.substring(0, line.length() - 1);
    }

    /** Everything up to the next line feed, without it. */
    String lineFedLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("closed after '" + line + "'");
            }
            line.append((char) b);
        }
        return line.toString();
    }

    byte[] bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("closed after " + bytes.length + " of " + count + " bytes");
        }
        return bytes;
    }

    /** One answer of the binary protocol. */
    Packet packet() throws IOException {
        byte[] header = bytes(Packet.HEADER);
        byte[] body = bytes(Packet.bodyLength(header));
        return Packet.answer(header, new String(body, StandardCharsets.ISO_8859_1));
    }

    /** Sends a request of the binary protocol and returns the answer. */
    Packet ask(Packet request) throws IOException {
        send(request.bytes());
        return packet();
    }

    /** Sends a command and returns the first line of its answer. */
    String ask(String command) throws IOException {
        send(command + "\r\n");
        return line();
    }

    String set(String key, int exptime, String value) throws IOException {
        return ask("set " + key + " 0 " + exptime + " " + value.length() + "\r\n" + value);
    }

    /** The whole answer to a retrieval or stats: everything up to and with END. */
    String untilEnd(String command) throws IOException {
        send(command + "\r\n");
        StringBuilder answer = new StringBuilder();
        String line;
        do {
            line = line();
            answer.append(line).append('\n');
        } while (!line.equals("END"));
        return answer.toString();
    }

    long stat(String name) throws IOException {
        for (String line : untilEnd("stats").split("\n", -1)) {
            if (line.startsWith("STAT " + name + " ")) {
                return Long.parseLong(line.substring(name.length() + 6));
            }
        }
        throw new IOException("no statistic " + name);
    }

    /** The same, asked for in the binary protocol. */
    long stat(Packet request, String name) throws IOException {
        long found = -1;
        for (Packet answer = ask(request); !answer.key().isEmpty(); answer = packet()) {
            found = answer.key().equals(name) ? Long.parseLong(answer.value()) : found;
        }
        return found;
    }

    /** Everything up to the end of the connection, or to the line, whichever comes first. */
    String until(String lastLine) throws IOException {
        StringBuilder answer = new StringBuilder();
        int b = in.read();
        while (b >= 0) {
            answer.append((char) b);
            if (b == '\n' && answer.toString().endsWith(lastLine + "\r\n")) {
                return answer.toString();
            }
            b = in.read();
        }
        return answer + "<closed>";
    }

    boolean closedByServer() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
