package org.keepsake.balancer.upstream;

import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;

/** A line of a header or trailer section (RFC 9112, section 5). */
final class FieldLine {
    /** The map keeps no more than 127 values of one name and drops the rest without a word. */
    private static final int MAX_SAME_FIELDS = 125;

    private FieldLine() {}

    /** Adds what the line says to the fields before. */
    static void add(String line, HeaderMap fields) throws BadMessageException {
        int colon = line.indexOf(':');
        if (colon <= 0) {
            throw new BadMessageException("header line without a name");
        }
        String name = line.substring(0, colon);
        if (!Tokens.isToken(name)) {
            throw new BadMessageException("header name with a forbidden character");
        }
        HttpString known = Headers.fromCache(name);
        HttpString field = known == null ? new HttpString(name) : known;
        fields.add(field, line.substring(colon + 1).trim());
        if (fields.count(field) > MAX_SAME_FIELDS) {
            throw new BadMessageException("more than " + MAX_SAME_FIELDS + " header fields of one name");
        }
    }
}
