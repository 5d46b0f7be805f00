package org.keepsake.balancer.upstream;

/** Tokens and comma-separated lists of them in header fields (RFC 9110, sections 5.6.1 and 5.6.2). */
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

    /** Whether the text is one, as names of fields and methods are. */
    public static boolean isToken(String text) {
        return !text.isEmpty() && consistsOf(text, "!#$%&'*+-.^_`|~");
    }

    /** Whether all characters are letters or digits of ASCII, or among the marks. */
    public static boolean consistsOf(String text, String marks) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letter && marks.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
