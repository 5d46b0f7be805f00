package org.keepsake.balancer;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.keepsake.balancer.upstream.Tokens;

/** Fields behind a body (RFC 9110, section 6.5), without those that a receiver might take for a part of the head. */
final class Trailers {
    private static final Set<HttpString> NEVER = Set.of(
            Headers.HOST,
            Headers.CONTENT_LENGTH,
            Headers.CONTENT_ENCODING,
            Headers.CONTENT_TYPE,
            Headers.CONTENT_RANGE,
            Headers.AUTHORIZATION,
            Headers.COOKIE,
            Headers.SET_COOKIE,
            Headers.CACHE_CONTROL,
            Headers.EXPECT,
            Headers.LOCATION,
            Headers.VARY,
            Headers.RANGE);

    private Trailers() {}

    /** What may be passed on. */
    static HeaderMap passed(HeaderMap trailers) {
        HeaderMap passed = new HeaderMap();
        Set<HttpString> hopByHop = HopByHop.of(trailers);
        for (HeaderValues values : trailers) {
            HttpString name = values.getHeaderName();
            boolean fit = !NEVER.contains(name)
                    && !hopByHop.contains(name)
                    && !ForwardedHeaders.replaces(name)
                    && Tokens.isToken(name.toString())
                    && values.stream().allMatch(Http2Check::isFieldValue);
            if (fit) {
                passed.putAll(name, values);
            }
        }
        return passed;
    }

    /** The end of a chunked body: the last chunk, these fields and an empty line. */
    static byte[] lastChunk(HeaderMap trailers) {
        StringBuilder end = new StringBuilder("0\r\n");
        for (HeaderValues values : trailers) {
            RequestHead.fields(values, end);
        }
        return end.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
