package org.keepsake.node.session.repository;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What names a session for all its life: {@code <sid>-<store>}. Immutable.
 *
 * @param sid 32 lower-case hexadecimal digits from a secure random source
 * @param store the name of the home store; it stays when that store dies
 */
public record SessionId(String sid, String store) {

    /** Nothing else ever becomes part of a key. */
    private static final Pattern PATTERN =
            Pattern.compile("([0-9a-f]{32})-([A-Za-z0-9_]{1,100})(?:\\.[A-Za-z0-9_]{1,100})?");

    public SessionId {
        if (!PATTERN.matcher(sid + "-" + store).matches()) {
            throw new IllegalArgumentException("session id: is not <32 hex digits>-<store>");
        }
    }

    /** Reads what a client sent, with or without a route; empty if it is no id of ours. */
    public static Optional<SessionId> parse(String text) {
        Matcher matcher = PATTERN.matcher(text);
        return matcher.matches() ? Optional.of(new SessionId(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    /** The id for logs: enough to recognize it, too little to use it. */
    public String shortened() {
        return sid.substring(0, 8) + "…-" + store;
    }

    /** The id as applications see it. */
    @Override
    public String toString() {
        return sid + "-" + store;
    }
}
