package org.keepsake.node.session;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.util.ArrayList;
import java.util.List;

/**
 * The Cookie header as the client sent it, RFC 6265, section 4.2.1. Undertow keeps one cookie of each name; a browser
 * that visits {@code /} and {@code /app} sends two session cookies, and either may be ours.
 */
final class CookieHeader {

    /** More than any browser sends of one name; what comes after is not looked at. */
    private static final int MOST = 8;

    private CookieHeader() {}

    /** The values of all cookies of this name, in the client's order: the longest path first. */
    static List<String> values(HttpServerExchange exchange, String name) {
        List<String> values = new ArrayList<>();
        HeaderValues headers = exchange.getRequestHeaders().get(Headers.COOKIE);
        if (headers != null) {
            for (String header : headers) {
                addValues(header, name, values);
            }
        }
        return values;
    }

    private static void addValues(String header, String name, List<String> values) {
        int start = 0;
        while (start < header.length() && values.size() < MOST) {
            int end = header.indexOf(';', start);
            if (end < 0) {
                end = header.length();
            }
            int equals = header.indexOf('=', start);
            if (equals > 0 && equals < end && isName(header, start, equals, name)) {
                values.add(unquoted(header.substring(equals + 1, end).strip()));
            }
            start = end + 1;
        }
    }

    /** Whether that is what stands between these places, white space around it left out. */
    private static boolean isName(String header, int start, int end, String name) {
        int from = start;
        while (from < end && Character.isWhitespace(header.charAt(from))) {
            from++;
        }
        int to = end;
        while (to > from && Character.isWhitespace(header.charAt(to - 1))) {
            to--;
        }
        return to - from == name.length() && header.startsWith(name, from);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
