package org.keepsake.node.users;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A password as it stands in the users file: plain, or {@code salt$iterations$hash} in hexadecimal as Tomcat's {@code
 * SecretKeyCredentialHandler} writes it, where the length of the hash tells the algorithm (20 bytes are
 * PBKDF2WithHmacSHA1, Tomcat's default; 32, 48 and 64 are SHA256, SHA384 and SHA512). Thread-safe.
 */
final class StoredPassword {

    private static final Pattern HASHED = Pattern.compile("([0-9a-fA-F]{2,})\\$([0-9]{1,9})\\$([0-9a-fA-F]{2,})");
    private static final Map<Integer, String> ALGORITHMS = Map.of(
            20, "PBKDF2WithHmacSHA1",
            32, "PBKDF2WithHmacSHA256",
            48, "PBKDF2WithHmacSHA384",
            64, "PBKDF2WithHmacSHA512");
    private static final int MAX_ITERATIONS = 10_000_000;

    private final Optional<String> plain;
    private final byte[] salt;
    private final int iterations;
    private final byte[] hash;

    /** A browser sends the password of BASIC with every request: what was found right once is not worked out again. */
    private final byte[] key = new byte[16];

    /** The keyed digest of the password that was right; null until one was. */
    private volatile byte @Nullable [] proven;

    private StoredPassword(Optional<String> plain, byte[] salt, int iterations, byte[] hash) {
        this.plain = plain;
        this.salt = salt;
        this.iterations = iterations;
        this.hash = hash;
        new SecureRandom().nextBytes(key);
    }

    /**
     * Reads one as it stands in the file.
     *
     * @throws IllegalArgumentException with what is wrong, without the password
     */
    static StoredPassword parse(String text) {
        Matcher hashed = HASHED.matcher(text);
        if (!hashed.matches()) {
            return new StoredPassword(Optional.of(text), new byte[0], 0, new byte[0]);
        }
        if (hashed.group(1).length() % 2 != 0 || hashed.group(3).length() % 2 != 0) {
            throw new IllegalArgumentException("has an odd number of hexadecimal digits in its salt or hash");
        }
        byte[] salt = HexFormat.of().parseHex(hashed.group(1));
        int iterations = Integer.parseInt(hashed.group(2));
        byte[] hash = HexFormat.of().parseHex(hashed.group(3));
        if (!ALGORITHMS.containsKey(hash.length)) {
            throw new IllegalArgumentException(
                    "has a hash of " + hash.length + " bytes, of PBKDF2 it is 20, 32, 48 or 64");
        }
        if (iterations < 1 || iterations > MAX_ITERATIONS) {
            throw new IllegalArgumentException(
                    "has " + iterations + " iterations, that is not between 1 and " + MAX_ITERATIONS);
        }
        return new StoredPassword(Optional.empty(), salt, iterations, hash);
    }

    /** The password itself, which DIGEST needs; empty if only a hash of it is known. */
    Optional<String> plain() {
        return plain;
    }

    /** Whether this is the password; takes as long for a wrong one as for a right one. */
    boolean matches(char[] password) {
        if (plain.isPresent()) {
            return MessageDigest.isEqual(keyed(plain.get().toCharArray()), keyed(password));
        }
        byte[] quick = keyed(password);
        byte[] right = proven;
        if (right != null && MessageDigest.isEqual(right, quick)) {
            return true;
        }
        boolean same = MessageDigest.isEqual(hash, derived(password));
        if (same) {
            proven = quick;
        }
        return same;
    }

    private byte[] keyed(char[] password) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(key);
            return digest.digest(new String(password).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private byte[] derived(char[] password) {
        PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, hash.length * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance(ALGORITHMS.get(hash.length))
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2", e);
        } finally {
            spec.clearPassword();
        }
    }
}
