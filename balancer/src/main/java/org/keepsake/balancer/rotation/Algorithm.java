package org.keepsake.balancer.rotation;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How the next upstream is chosen among those that are available; the names are those of nginx and HAProxy.
 *
 * @param kind the algorithm
 * @param cookie the cookie whose value a {@link Kind#COOKIE_HASH} is made of; empty for all others
 */
public record Algorithm(Kind kind, String cookie) {

    /** Each takes its turn, by weight. */
    public static final Algorithm ROUND_ROBIN = new Algorithm(Kind.ROUND_ROBIN, "");

    /** The algorithms. All but the hashes keep to the weights by the requests they give; hashes by the keys. */
    public enum Kind {
        /** Smooth weighted round robin, as nginx. */
        ROUND_ROBIN,

        /** The one with the fewest requests under way for its weight. */
        LEAST_CONN,

        /** Clients of one address stay with one upstream. */
        IP_HASH,

        /** Requests for one path, without its query, stay with one upstream. */
        URI_HASH,

        /** Requests with one value of a cookie stay with one upstream; those without the cookie take turns. */
        COOKIE_HASH,

        /** Of two that are drawn by weight, the one with fewer requests under way. */
        RANDOM_TWO,

        /** Of two that are drawn by weight, the one that is expected to answer sooner. */
        EWMA;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public Algorithm {
        if ((kind == Kind.COOKIE_HASH) == cookie.isEmpty()) {
            throw new IllegalArgumentException(
                    cookie.isEmpty()
                            ? "cookie-hash has no cookie, as in cookie-hash:NAME"
                            : kind.word() + " takes no cookie");
        }
        if (!cookie.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]*")) {
            throw new IllegalArgumentException("cookie-hash: '" + cookie + "' is no name of a cookie");
        }
    }

    /**
     * Reads {@code round-robin}, {@code cookie-hash:NAME} and so on.
     *
     * @throws IllegalArgumentException with one sentence for the user when it is none of them
     */
    public static Algorithm parse(String text) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? text : text.substring(0, colon);
        for (Kind kind : Kind.values()) {
            if (kind.word().equals(word) && (colon < 0 || kind == Kind.COOKIE_HASH)) {
                return new Algorithm(kind, colon < 0 ? "" : text.substring(colon + 1));
            }
        }
        throw new IllegalArgumentException("'" + text + "' is none of " + words());
    }

    /** All forms, for help and messages. */
    public static String words() {
        return Arrays.stream(Kind.values())
                .map(kind -> kind == Kind.COOKIE_HASH ? kind.word() + ":NAME" : kind.word())
                .collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return cookie.isEmpty() ? kind.word() : kind.word() + ":" + cookie;
    }
}
