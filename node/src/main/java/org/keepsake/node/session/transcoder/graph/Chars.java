package org.keepsake.node.session.transcoder.graph;

import java.util.Base64;

/** Strings that a text cannot have in it, such as half a surrogate pair: as their UTF-16 units in base64. */
final class Chars {

    private Chars() {}

    /** Whether a string can stand in any UTF-8 text, XML included, and is read as it was written. */
    static boolean fitText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c) || (c < ' ' && c != '\n' && c != '\t') || c >= '\uFFFE') {
                return false;
            }
        }
        return true;
    }

    static String coded(String text) {
        return Base64.getEncoder().encodeToString(Primitives.bytes(text.toCharArray()));
    }

    /** @throws IllegalArgumentException if it is nothing that {@link #coded} made */
    static String decoded(String coded) {
        byte[] bytes = Base64.getDecoder().decode(coded);
        return new String((char[]) Primitives.array(char.class, bytes));
    }
}
