package org.keepsake.node.memcached;

import java.nio.charset.StandardCharsets;

/**
 * A user and a password that stores ask for. Immutable.
 *
 * @param user without blanks and control characters, at most 250 characters
 * @param password likewise
 */
public record Credentials(String user, String password) {

    static final String MECHANISM = "PLAIN";

    private static final int LONGEST = 250;

    /**
     * Checks both; what the text protocol separates by blanks and line ends must not hold any.
     *
     * @throws IllegalArgumentException with one sentence that names the thing and the rule, not the password
     */
    public Credentials {
        check("memcached user", user);
        check("memcached password", password);
    }

    /** The message of the SASL mechanism PLAIN (RFC 4616), with the user as the one who acts. */
    byte[] plain() {
        return ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
    }

    private static void check(String what, String text) {
        if (text.isEmpty()
                || text.length() > LONGEST
                || text.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
            throw new IllegalArgumentException(
                    "%s: 1 to %d characters without blanks and control characters are allowed"
                            .formatted(what, LONGEST));
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "Credentials[user=" + user + "]";
    }
}
