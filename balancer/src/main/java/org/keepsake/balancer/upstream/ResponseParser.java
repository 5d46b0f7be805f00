package org.keepsake.balancer.upstream;

import io.undertow.util.HeaderMap;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads response heads (RFC 9112, sections 4 and 5) from bytes as they come. Stricter than the RFC asks of a client: lines
 * end in CR LF, nothing is folded, and sizes are bounded. Not thread-safe.
 */
public final class ResponseParser {
    /** Bytes that a head may have. */
    public static final int MAX_HEAD = 64 * 1024;

    /** Header fields that a head may have. */
    public static final int MAX_FIELDS = 500;

    private static final int STATUS_LINE_LENGTH = "HTTP/1.1 200".length();

    private final LineReader lines = new LineReader(MAX_HEAD, "response header is larger than " + MAX_HEAD + " bytes");
    private @Nullable String statusLine;
    private HeaderMap headers = new HeaderMap();
    private int fields;

    /**
     * Takes bytes up to the end of the head and no further.
     *
     * @return the head once it is complete, after which the parser begins a new one; null while bytes are missing
     * @throws BadMessageException when this is no well-formed head; the parser is of no use afterwards
     */
    public @Nullable ResponseHead parse(ByteBuffer in) throws BadMessageException {
        String line;
        while ((line = lines.read(in)) != null) {
            if (statusLine == null) {
                checkStatusLine(line);
                statusLine = line;
            } else if (line.isEmpty()) {
                return finish(statusLine);
            } else {
                addField(line);
            }
        }
        return null;
    }

    private ResponseHead finish(String line) {
        String reason = line.length() > STATUS_LINE_LENGTH ? line.substring(STATUS_LINE_LENGTH + 1) : "";
        ResponseHead head = new ResponseHead(line.charAt(7) == '0', status(line), reason, headers);
        lines.reset();
        statusLine = null;
        headers = new HeaderMap();
        fields = 0;
        return head;
    }

    private static void checkStatusLine(String line) throws BadMessageException {
        boolean wellFormed = line.length() >= STATUS_LINE_LENGTH
                && (line.startsWith("HTTP/1.1 ") || line.startsWith("HTTP/1.0 "))
                && line.charAt(9) >= '1'
                && line.charAt(9) <= '5'
                && digit(line.charAt(10))
                && digit(line.charAt(11))
                && (line.length() == STATUS_LINE_LENGTH || line.charAt(STATUS_LINE_LENGTH) == ' ');
        if (!wellFormed) {
            throw new BadMessageException("status line is not HTTP/1.1");
        }
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int status(String line) {
        return (line.charAt(9) - '0') * 100 + (line.charAt(10) - '0') * 10 + line.charAt(11) - '0';
    }

    private void addField(String line) throws BadMessageException {
        if (++fields > MAX_FIELDS) {
            throw new BadMessageException("response has more than " + MAX_FIELDS + " header fields");
        }
        FieldLine.add(line, headers);
    }
}
