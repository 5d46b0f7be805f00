package org.keepsake.dist;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An HTTP response; header names are in lower case. */
record Answer(int status, Map<String, List<String>> headers, String body) {

    List<String> all(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    String header(String name) {
        return String.join(", ", all(name));
    }
}
