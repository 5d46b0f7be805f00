package org.keepsake.node.session.repository;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The keys under which the sessions of one application are kept: {@code s:<prefix><id>} for the record and
 * {@code a:<prefix><id>} for the last access. The prefix holds context path and version of the application, so that an
 * id of one opens nothing in another. Immutable.
 */
public final class Keys {

    /** With which the key of every session begins, of whatever application. */
    public static final String ALL_SESSIONS = "s:";

    private static final int LONGEST_PREFIX = 100;
    private static final int KEPT_OF_A_LONG_PREFIX = 60;

    private final String prefix;

    private Keys(String prefix) {
        this.prefix = prefix;
    }

    /** Keys of the application at a context path ("" or "/" is the root), in a version that may be empty. */
    public static Keys of(String contextPath, String version) {
        String context = contextPath.isEmpty() ? "/" : contextPath;
        String safe = safe(version.isEmpty() ? context : context + "##" + version);
        return new Keys((safe.length() > LONGEST_PREFIX ? shorten(safe) : safe) + ":");
    }

    /**
     * Keys with a prefix of the user's choice, as of {@code --storage-key-prefix}.
     *
     * @param parts with bars between them; empty ones at the end say nothing and are left out
     */
    public static Keys prefixed(String parts) {
        return of(parts.replaceAll("\\|+$", ""), "");
    }

    /** With which the key of every session of the application begins. */
    String sessions() {
        return ALL_SESSIONS + prefix;
    }

    /** The id in a key of a session; empty if it is another key. */
    Optional<SessionId> sessionOf(String key) {
        return key.startsWith(sessions())
                ? SessionId.parse(key.substring(sessions().length()))
                : Optional.empty();
    }

    /** Whether it is the key of a session, of whatever application. */
    static boolean isSession(String key) {
        return key.startsWith(ALL_SESSIONS);
    }

    /** Whether it is the key of a last access, of whatever application. */
    static boolean isLastAccess(String key) {
        return key.startsWith("a:");
    }

    /** The id in a key of a session or last access, of whatever application. */
    static String idIn(String key) {
        return key.substring(key.lastIndexOf(':') + 1);
    }

    /** Kept by the node that looks for sessions nobody has any more. */
    String sweep() {
        return "x:" + prefix + "sweep";
    }

    String session(SessionId id) {
        return ALL_SESSIONS + prefix + id;
    }

    String lock(SessionId id) {
        return "l:" + prefix + id;
    }

    String lastAccess(SessionId id) {
        return "a:" + prefix + id;
    }

    /** Only what a memcached key may hold, and no colon, so that prefix and id cannot run into each other. */
    private static String safe(String text) {
        StringBuilder safe = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain = c > ' ' && c < 0x7F && c != ':' && c != '%';
            safe.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
        }
        return safe.toString();
    }

    private static String shorten(String safe) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(safe.getBytes(StandardCharsets.US_ASCII));
            return safe.substring(0, KEPT_OF_A_LONG_PREFIX) + "~"
                    + HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
