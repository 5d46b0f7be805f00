package org.keepsake.balancer;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.util.ArrayList;
import java.util.List;

/** Looks for a cookie in a request (RFC 6265, section 5.4), as lenient as servers are. */
final class Cookies {

    private Cookies() {}

    /** The values of all cookies of a name, without quotes, in their order; applications at nested paths send several. */
    static List<String> values(HeaderMap headers, String name) {
        HeaderValues lines = headers.get(Headers.COOKIE);
        if (lines == null) {
            return List.of();
        }
        List<String> values = new ArrayList<>(2);
        lines.forEach(line -> addFrom(line, name, values));
        return values;
    }

    private static void addFrom(String line, String name, List<String> values) {
        int begin = 0;
        while (begin < line.length()) {
            int end = line.indexOf(';', begin);
            end = end < 0 ? line.length() : end;
            add(line.substring(begin, end).trim(), name, values);
            begin = end + 1;
        }
    }

    private static void add(String cookie, String name, List<String> values) {
        int equals = cookie.indexOf('=');
        if (equals > 0 && cookie.substring(0, equals).trim().equals(name)) {
            String value = cookie.substring(equals + 1).trim();
            boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
            values.add(quoted ? value.substring(1, value.length() - 1) : value);
        }
    }
}
