package org.keepsake.balancer.upstream;

/** Comma-separated lists of header fields (RFC 9110, section 5.6.1). */
public final class Tokens {
    private Tokens() {}

    /** Whether the list has the element, in upper or lower case. */
    public static boolean has(String list, String element) {
        for (String token : split(list)) {
            if (token.equalsIgnoreCase(element)) {
                return true;
            }
        }
        return false;
    }

    /** The elements without the white space around them; an empty list has one empty element. */
    public static String[] split(String list) {
        if (list.indexOf(',') < 0) {
            return new String[] {list.trim()};
        }
        String[] tokens = list.split(",", -1);
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = tokens[i].trim();
        }
        return tokens;
    }
}
