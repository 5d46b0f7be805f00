package org.keepsake.node.session.repository;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What names a session for all its life: {@code <sid>-<store>}. Immutable. */
public final class SessionId {

    private static final int SID_LENGTH = 32;
    private static final int LONGEST_NAME = 100;

    /** Whole, because that is how it is compared, looked up and written, many times in each request. */
    private final String text;

    private final String store;

    /**
     * @param sid 32 lower-case hexadecimal digits from a secure random source
     * @param store the name of the home store; it stays when that store dies
     */
    public SessionId(String sid, String store) {
        // Nothing else ever becomes part of a key.
        if (sid.length() != SID_LENGTH || !isSid(sid) || !isName(store, 0, store.length())) {
            throw new IllegalArgumentException("session id: is not <32 hex digits>-<store>");
        }
        this.text = sid + "-" + store;
        this.store = store;
    }

    private SessionId(String text) {
        this.text = text;
        this.store = text.substring(SID_LENGTH + 1);
    }

    /** Reads what a client sent, with or without a route; empty if it is no id of ours. */
    public static Optional<SessionId> parse(String text) {
        if (text.length() <= SID_LENGTH || text.charAt(SID_LENGTH) != '-') {
            return Optional.empty();
        }
        int dot = text.indexOf('.', SID_LENGTH);
        int end = dot < 0 ? text.length() : dot;
        boolean ours =
                isSid(text) && isName(text, SID_LENGTH + 1, end) && (dot < 0 || isName(text, dot + 1, text.length()));
        return ours ? Optional.of(new SessionId(text.substring(0, end))) : Optional.empty();
    }

    /** Whether this, which is long enough, begins with one. */
    private static boolean isSid(String text) {
        for (int i = 0; i < SID_LENGTH; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** Whether a store or a node may have the name between these places. */
    private static boolean isName(String text, int begin, int end) {
        for (int i = begin; i < end; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '_') {
                return false;
            }
        }
        return begin < end && end - begin <= LONGEST_NAME;
    }

    /** 32 lower-case hexadecimal digits. */
    public String sid() {
        return text.substring(0, SID_LENGTH);
    }

    /** The name of the home store. */
    public String store() {
        return store;
    }

    /** The id for logs: enough to recognize it, too little to use it. */
    public String shortened() {
        return text.substring(0, 8) + "…" + text.substring(SID_LENGTH);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SessionId that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The id as applications see it. */
    @Override
    public String toString() {
        return text;
    }
}
