package org.keepsake.node.session.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One key of the installation. Immutable.
 *
 * <p>It encrypts nothing itself: every session has a key of its own, derived from it. So the number of records after which
 * two random nonces of one key are likely to meet (2^32, NIST SP 800-38D, section 8.3) counts for each session alone, and
 * a key may stay for years.
 */
final class SecretKey {

    static final int LENGTH = 32;

    private static final String DERIVATION = "HmacSHA256";
    private static final byte[] PURPOSE = "keepsake session record 1\0".getBytes(StandardCharsets.US_ASCII);

    private final String id;
    private final SecretKeySpec master;

    /**
     * @param id 1 to 32 of {@code [A-Za-z0-9._-]}
     * @param bytes 32 random ones
     */
    SecretKey(String id, byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("has " + bytes.length + " bytes instead of " + LENGTH);
        }
        this.id = id;
        this.master = new SecretKeySpec(bytes, DERIVATION);
    }

    String id() {
        return id;
    }

    /** The AES key of one session. */
    SecretKeySpec ofSession(String session) {
        try {
            Mac mac = Mac.getInstance(DERIVATION);
            mac.init(master);
            mac.update(PURPOSE);
            return new SecretKeySpec(mac.doFinal(session.getBytes(StandardCharsets.UTF_8)), "AES");
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
