package org.keepsake.balancer;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.HashSet;
import java.util.Set;
import org.keepsake.balancer.upstream.Tokens;

/** Header fields that concern one connection and are never passed on (RFC 9110, section 7.6.1). */
final class HopByHop {
    private static final Set<HttpString> ALWAYS = Set.of(
            Headers.CONNECTION,
            new HttpString("Keep-Alive"),
            new HttpString("Proxy-Connection"),
            Headers.PROXY_AUTHENTICATE,
            Headers.PROXY_AUTHORIZATION,
            Headers.TE,
            Headers.TRAILER,
            Headers.TRANSFER_ENCODING,
            Headers.UPGRADE,
            new HttpString("HTTP2-Settings"),
            // Not hop-by-hop by the letter, but a CGI behind would take it for its own proxy setting.
            new HttpString("Proxy"));

    /** Named in Connection by an attacker, their loss would change the meaning of the message. */
    private static final Set<HttpString> NEVER =
            Set.of(Headers.HOST, Headers.CONTENT_LENGTH, Headers.COOKIE, Headers.SET_COOKIE, Headers.AUTHORIZATION);

    private HopByHop() {}

    /** The names to leave out of a message with these header fields. */
    static Set<HttpString> of(HeaderMap headers) {
        HeaderValues connection = headers.get(Headers.CONNECTION);
        if (connection == null || namesNothing(connection)) {
            return ALWAYS;
        }
        Set<HttpString> names = new HashSet<>(ALWAYS);
        for (String value : connection) {
            for (String token : Tokens.split(value)) {
                HttpString name = HttpString.tryFromString(token);
                if (name != null && !NEVER.contains(name)) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private static boolean namesNothing(HeaderValues connection) {
        return connection.size() == 1
                && (connection.getFirst().equalsIgnoreCase("keep-alive")
                        || connection.getFirst().equalsIgnoreCase("close"));
    }
}
