package org.keepsake.balancer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 messages off a socket, plainly: the tests' own view of what was sent. */
final class HttpReader {
    private final InputStream in;

    /** Those behind the last body in chunks. */
    private List<String> trailers = List.of();

    HttpReader(InputStream in) {
        this.in = in;
    }

    /** Start line and header lines. */
    record Head(String start, List<String> lines) {
        @Nullable
        String header(String name) {
            List<String> values = headers(name);
            return values.isEmpty() ? null : values.get(0);
        }

        List<String> headers(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return lines.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).trim())
                    .toList();
        }

        int status() {
            return Integer.parseInt(start.split(" ", 3)[1]);
        }
    }

    /** Null at the end of the stream. */
    @Nullable
    Head head() throws IOException {
        String start = line();
        if (start == null) {
            return null;
        }
        List<String> lines = new ArrayList<>();
        String line;
        while ((line = line()) != null && !line.isEmpty()) {
            lines.add(line);
        }
        if (line == null) {
            throw new EOFException("stream ended within the head");
        }
        return new Head(start, lines);
    }

    byte[] body(Head head, boolean none) throws IOException {
        String length = head.header("Content-Length");
        if (none) {
            return new byte[0];
        }
        if ("chunked".equalsIgnoreCase(head.header("Transfer-Encoding"))) {
            return chunks();
        }
        if (length != null) {
            return exactly(Integer.parseInt(length));
        }
        return head.start().startsWith("HTTP/") ? in.readAllBytes() : new byte[0];
    }

    byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("stream ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    /** A body in chunks, as it comes. */
    InputStream bodyStream() {
        return new InputStream() {
            private ByteArrayInputStream chunk = new ByteArrayInputStream(new byte[0]);

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (chunk.available() == 0) {
                    int size = Integer.parseInt(String.valueOf(line()), 16);
                    chunk = new ByteArrayInputStream(exactly(size));
                    line();
                    if (size == 0) {
                        return -1;
                    }
                }
                return chunk.read(into, offset, length);
            }
        };
    }

    List<String> trailers() {
        return trailers;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String size = line();
            if (size == null) {
                throw new EOFException("stream ended between chunks");
            }
            int length = Integer.parseInt(size.split(";", 2)[0].trim(), 16);
            if (length == 0) {
                trailers = new ArrayList<>();
                String trailer = line();
                while (trailer != null && !trailer.isEmpty()) {
                    trailers.add(trailer);
                    trailer = line();
                }
                return body.toByteArray();
            }
            body.writeBytes(exactly(length));
            if (!"".equals(line())) {
                throw new IOException("chunk longer than its size");
            }
        }
    }

    private @Nullable String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b;
        while ((b = in.read()) >= 0) {
            if (b == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(b);
        }
        if (line.size() > 0) {
            throw new EOFException("stream ended within a line");
        }
        return null;
    }
}
