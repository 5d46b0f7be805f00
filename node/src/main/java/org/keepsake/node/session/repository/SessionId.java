package org.keepsake.node.session.repository;

import java.util.Optional;

/**
 * What names a session for all its life: {@code <sid>-<store>}. Immutable.
 *
 * @param sid 32 lower-case hexadecimal digits from a secure random source
 * @param store the name of the home store; it stays when that store dies
 */
public record SessionId(String sid, String store) {

    private static final int SID_LENGTH = 32;
    private static final int LONGEST_NAME = 100;

    /** Nothing else ever becomes part of a key. */
    public SessionId {
        if (!isSid(sid) || !isName(store)) {
            throw new IllegalArgumentException("session id: is not <32 hex digits>-<store>");
        }
    }

    /** Reads what a client sent, with or without a route; empty if it is no id of ours. */
    public static Optional<SessionId> parse(String text) {
        if (text.length() <= SID_LENGTH || text.charAt(SID_LENGTH) != '-') {
            return Optional.empty();
        }
        int dot = text.indexOf('.', SID_LENGTH);
        String sid = text.substring(0, SID_LENGTH);
        String store = text.substring(SID_LENGTH + 1, dot < 0 ? text.length() : dot);
        boolean ours = isSid(sid) && isName(store) && (dot < 0 || isName(text.substring(dot + 1)));
        return ours ? Optional.of(new SessionId(sid, store)) : Optional.empty();
    }

    private static boolean isSid(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return text.length() == SID_LENGTH;
    }

    /** Whether a store or a node may have this name. */
    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '_') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= LONGEST_NAME;
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
