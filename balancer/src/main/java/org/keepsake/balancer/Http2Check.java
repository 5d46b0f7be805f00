package org.keepsake.balancer;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.Protocols;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.upstream.Tokens;

/**
 * What must not come by HTTP/2, where no parser of lines has looked for it, before it goes on by HTTP/1.1: line ends in
 * header fields, targets and hosts of another form, a body of another length (RFC 9113, section 8).
 */
final class Http2Check {
    private static final String IN_HOSTS = "-._~%!$&'()*+,;=:[]";

    private Http2Check() {}

    static boolean isHttp2(HttpServerExchange exchange) {
        return exchange.getProtocol().equals(Protocols.HTTP_2_0);
    }

    /** One sentence about what is wrong, or null. */
    static @Nullable String fault(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getRequestHeaders();
        String host = headers.getFirst(Headers.HOST);
        if (host == null || host.isEmpty() || !Tokens.consistsOf(host, IN_HOSTS)) {
            return "The authority is missing, or none.";
        }
        String target = exchange.getRequestURI();
        boolean asterisk = target.equals("*") && exchange.getRequestMethod().equals(Methods.OPTIONS);
        if (!target.startsWith("/") && !asterisk) {
            return "The path does not begin with a slash.";
        }
        for (HeaderValues values : headers) {
            if (!Tokens.isToken(values.getHeaderName().toString())
                    || !values.stream().allMatch(Http2Check::isFieldValue)) {
                return "A header field has a forbidden character.";
            }
        }
        String length = headers.getFirst(Headers.CONTENT_LENGTH);
        return exchange.isRequestComplete() && length != null && !length.equals("0")
                ? "The body is shorter than the Content-Length."
                : null;
    }

    /** Whether a line of HTTP/1.1 can carry it (RFC 9110, section 5.5). */
    static boolean isFieldValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                return false;
            }
        }
        return true;
    }
}
