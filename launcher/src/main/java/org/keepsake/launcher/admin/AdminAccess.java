package org.keepsake.launcher.admin;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what on the admin port: without a password this host may read, and nobody may change anything; with it, who
 * knows it may do all, and this host may still read. HTTP Basic (RFC 7617), the user is {@code admin}. Immutable.
 */
public final class AdminAccess {

    private static final String BASIC = "Basic ";
    private static final String USER = "admin:";

    private final Optional<byte[]> digest;

    /** Access with a password, or for reading on this host alone. */
    public AdminAccess(Optional<String> password) {
        digest = password.map(text -> digest((USER + text).getBytes(StandardCharsets.UTF_8)));
    }

    /** Why this request is refused; empty when it is not. */
    Optional<AdminAnswer> refusal(InetSocketAddress client, boolean change, @Nullable String authorization) {
        if (!change && client.getAddress().isLoopbackAddress()) {
            return Optional.empty();
        }
        if (digest.isEmpty()) {
            return Optional.of(AdminAnswer.plain(
                    403,
                    change
                            ? "changes need a password, and this process has none: start it with --admin-password-file"
                            : "reading from another host needs a password, and this process has none:"
                                    + " start it with --admin-password-file"));
        }
        return knows(digest.get(), authorization)
                ? Optional.empty()
                : Optional.of(AdminAnswer.plain(401, "this needs the user admin and the password of the admin port"));
    }

    /** Digests of equal length are compared, in a time that tells nothing of the password. */
    private static boolean knows(byte[] digest, @Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return false;
        }
        try {
            byte[] given = Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).strip());
            return MessageDigest.isEqual(digest, digest(given));
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static byte[] digest(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
