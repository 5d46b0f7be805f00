package org.keepsake.balancer.upstream;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;

/**
 * The status line and header fields of a response.
 *
 * @param http10 whether the upstream spoke HTTP/1.0
 * @param status 100 to 599
 * @param reason the reason phrase; may be empty
 * @param headers all header fields; the receiver may change them
 */
public record ResponseHead(boolean http10, int status, String reason, HeaderMap headers) {
    /** 1xx, which precedes the final response; 101 ends HTTP on the connection and counts as final. */
    public boolean informational() {
        return status < 200 && status != 101;
    }

    /** Whether the connection can carry another request after this response (RFC 9112, section 9.3). */
    public boolean keepAlive() {
        return !http10 && !connectionHas("close");
    }

    /** Whether a {@code Connection} header field has the option. */
    public boolean connectionHas(String option) {
        HeaderValues values = headers.get(Headers.CONNECTION);
        if (values == null) {
            return false;
        }
        for (String value : values) {
            if (Tokens.has(value, option)) {
                return true;
            }
        }
        return false;
    }
}
