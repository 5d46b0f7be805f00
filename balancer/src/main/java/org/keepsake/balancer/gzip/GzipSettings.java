package org.keepsake.balancer.gzip;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which responses are compressed; the words are nginx's.
 *
 * @param level 1, the quickest, to 9, the smallest
 * @param minLength bytes that a response must have, if it says how many it has
 * @param types media types without parameters, in lower case
 */
public record GzipSettings(int level, long minLength, Set<String> types) {

    /** What is text, whatever it is called. */
    public static final Set<String> TYPES = Set.of(
            "text/html",
            "text/css",
            "text/plain",
            "text/xml",
            "text/javascript",
            "application/javascript",
            "application/json",
            "application/manifest+json",
            "application/rss+xml",
            "application/xml",
            "image/svg+xml");

    public GzipSettings {
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("gzip-comp-level " + level + " is not between 1 and 9");
        }
        if (minLength < 0) {
            throw new IllegalArgumentException("gzip-min-length " + minLength + " is negative");
        }
        types = types.stream().map(type -> type.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        for (String type : types) {
            if (!type.matches("[a-z0-9.+*-]+/[a-z0-9.+*-]+")) {
                throw new IllegalArgumentException("gzip-types: '" + type + "' is not a media type like text/css");
            }
        }
    }

    /** The quickest, for text of more than what fits into a packet anyway. */
    public static GzipSettings defaults() {
        return new GzipSettings(1, 1024, TYPES);
    }
}
