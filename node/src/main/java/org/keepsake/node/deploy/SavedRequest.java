package org.keepsake.node.deploy;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.ImmediatePooledByteBuffer;
import io.undertow.util.Methods;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A request that has to wait until its user has logged in, with its body. Immutable; the body is shared and must not be
 * changed.
 *
 * <p>Encoded: one byte 1 for this format, then method, path, query, the number of headers (2 bytes), each header's name
 * and value, the length of the body (4 bytes) and the body; texts are modified UTF-8 behind 2 bytes of length, numbers
 * big-endian.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SavedRequest(String method, String path, String query, List<Header> headers, byte[] body) {

    private static final int FORMAT = 1;
    private static final int MAX_BODY = 16 * 1024;
    private static final int MAX_HEAD_CHARACTERS = 8 * 1024;

    /** Of the connection, of the proxy before us, or better those of the request that follows the login. */
    private static final Set<String> NOT_KEPT = Set.of(
            "authorization",
            "connection",
            "content-length",
            "cookie",
            "expect",
            "forwarded",
            "host",
            "http2-settings",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "keep-alive",
            "origin",
            "proxy-authorization",
            "proxy-connection",
            "range",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via");

    record Header(String name, String value) {}

    /**
     * Reads a request with its body; empty if it is one that the browser's own repetition replaces, or too large to be
     * kept.
     */
    static Optional<SavedRequest> take(HttpServerExchange exchange) throws IOException {
        boolean plain = exchange.getRequestMethod().equals(Methods.GET)
                || exchange.getRequestMethod().equals(Methods.HEAD);
        if (plain || exchange.getRequestContentLength() > MAX_BODY) {
            return Optional.empty();
        }
        byte[] body = exchange.isRequestComplete() ? new byte[0] : body(exchange);
        List<Header> headers = headers(exchange.getRequestHeaders());
        int characters = exchange.getRelativePath().length()
                + exchange.getQueryString().length()
                + headers.stream()
                        .mapToInt(header ->
                                header.name().length() + header.value().length())
                        .sum();
        if (body.length > MAX_BODY || characters > MAX_HEAD_CHARACTERS) {
            return Optional.empty();
        }
        return Optional.of(new SavedRequest(
                exchange.getRequestMethod().toString(),
                exchange.getRelativePath(),
                exchange.getQueryString(),
                headers,
                body));
    }

    private static byte[] body(HttpServerExchange exchange) throws IOException {
        InputStream in = exchange.getInputStream();
        return in.readNBytes(MAX_BODY + 1);
    }

    private static List<Header> headers(HeaderMap map) {
        List<Header> headers = new ArrayList<>();
        for (HeaderValues values : map) {
            String name = values.getHeaderName().toString();
            if (isKept(name)) {
                values.forEach(value -> headers.add(new Header(name, value)));
            }
        }
        return headers;
    }

    private static boolean isKept(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !NOT_KEPT.contains(lower) && !lower.startsWith("x-forwarded-");
    }

    byte[] encoded() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length + 512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeUTF(method);
            out.writeUTF(path);
            out.writeUTF(query);
            out.writeShort(headers.size());
            for (Header header : headers) {
                out.writeUTF(header.name());
                out.writeUTF(header.value());
            }
            out.writeInt(body.length);
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Empty if it is damaged, or of a later version: then the request is repeated without its body. */
    static Optional<SavedRequest> decoded(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readUnsignedByte() != FORMAT) {
                return Optional.empty();
            }
            String method = in.readUTF();
            String path = in.readUTF();
            String query = in.readUTF();
            List<Header> headers = new ArrayList<>();
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                headers.add(new Header(in.readUTF(), in.readUTF()));
            }
            int length = in.readInt();
            byte[] body = in.readAllBytes();
            return length == body.length && length <= MAX_BODY
                    ? Optional.of(new SavedRequest(method, path, query, List.copyOf(headers), body))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether a request repeats this one, as a browser does that is sent back after the login. */
    boolean isFor(HttpServerExchange exchange) {
        return exchange.getRequestMethod().equals(Methods.GET)
                && exchange.getRelativePath().equals(path)
                && exchange.getQueryString().equals(query);
    }

    /** Makes a request without a body, which has not been looked at yet, this one. */
    void restore(HttpServerExchange exchange) {
        exchange.setRequestMethod(HttpString.tryFromString(method));
        HeaderMap now = exchange.getRequestHeaders();
        headers.forEach(header -> now.remove(header.name()));
        headers.forEach(header -> now.add(HttpString.tryFromString(header.name()), header.value()));
        now.put(Headers.CONTENT_LENGTH, Integer.toString(body.length));
        if (body.length > 0) {
            PooledByteBuffer buffer = new ImmediatePooledByteBuffer(ByteBuffer.wrap(body));
            Connectors.ungetRequestBytes(exchange, buffer);
        }
    }
}
