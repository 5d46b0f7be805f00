package org.keepsake.balancer.upstream;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Where the body of a message ends (RFC 9112, section 6.3), and which bytes of the stream are payload. */
public abstract sealed class MessageBody permits FixedBody, ChunkedBody, UntilCloseBody {
    /** Longest length that is believed; longer ones have more than 18 digits. */
    private static final int MAX_LENGTH_DIGITS = 18;

    MessageBody() {}

    /**
     * The body that the head announces.
     *
     * @param toHead whether the request was HEAD, whose response has no body whatever its head says
     * @throws BadMessageException when the head is ambiguous: both lengths, several lengths, an unknown transfer coding
     */
    public static MessageBody of(ResponseHead head, boolean toHead) throws BadMessageException {
        HeaderValues coding = head.headers().get(Headers.TRANSFER_ENCODING);
        HeaderValues length = head.headers().get(Headers.CONTENT_LENGTH);
        if (coding != null) {
            checkCoding(head, coding, length != null);
        }
        long announced = length == null ? -1 : length(length);
        if (toHead || head.status() == 204 || head.status() == 304 || head.status() < 200) {
            return new FixedBody(0);
        }
        if (coding != null) {
            return new ChunkedBody();
        }
        return announced < 0 ? new UntilCloseBody() : new FixedBody(announced);
    }

    /** A body in chunks. */
    public static MessageBody chunked() {
        return new ChunkedBody();
    }

    /** No body at all. */
    public static MessageBody none() {
        return new FixedBody(0);
    }

    private static void checkCoding(ResponseHead head, HeaderValues coding, boolean lengthToo)
            throws BadMessageException {
        if (lengthToo) {
            throw new BadMessageException("both Content-Length and Transfer-Encoding");
        }
        if (head.http10() || coding.size() != 1 || !coding.getFirst().equalsIgnoreCase("chunked")) {
            throw new BadMessageException("Transfer-Encoding is not chunked alone");
        }
    }

    private static long length(HeaderValues values) throws BadMessageException {
        String value = values.getFirst();
        boolean digits = !value.isEmpty() && value.length() <= MAX_LENGTH_DIGITS;
        for (int i = 0; digits && i < value.length(); i++) {
            digits = value.charAt(i) >= '0' && value.charAt(i) <= '9';
        }
        if (values.size() != 1 || !digits) {
            throw new BadMessageException("Content-Length is not one number");
        }
        return Long.parseLong(value);
    }

    /**
     * The next run of payload: a view into {@code in}, whose position moves behind it. Empty when {@code in} has no more
     * payload now.
     *
     * @throws BadMessageException when the framing is broken
     */
    public abstract ByteBuffer next(ByteBuffer in) throws BadMessageException;

    /** Whether all of the body was taken. */
    public abstract boolean complete();

    /** Whether the stream may end here: the body is complete, or its end is the end of the connection. */
    public abstract boolean mayEnd();

    /** The fields behind the last chunk (RFC 9110, section 6.5), once it is complete; null for none. */
    public @Nullable HeaderMap trailers() {
        return null;
    }

    static ByteBuffer take(ByteBuffer in, long most) {
        ByteBuffer payload = in.duplicate();
        if (payload.remaining() > most) {
            payload.limit(payload.position() + (int) most);
        }
        in.position(payload.limit());
        return payload;
    }
}
