package org.keepsake.balancer.tls;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where a certificate and its private key are, both in PEM (RFC 7468).
 *
 * @param chain the certificate of the server first, then those that vouch for it
 * @param key the private key; may be the same file
 */
public record CertificateFiles(Path chain, Path key) {
    private static final String KEY = ",key=";

    /**
     * Reads {@code CHAIN.pem}, which has the key too, or {@code CHAIN.pem,key=KEY.pem}.
     *
     * @throws IllegalArgumentException with one sentence for the user when it is neither
     */
    public static CertificateFiles parse(String text) {
        int comma = text.indexOf(KEY);
        String chain = comma < 0 ? text : text.substring(0, comma);
        String key = comma < 0 ? text : text.substring(comma + KEY.length());
        if (chain.isBlank() || key.isBlank()) {
            throw new IllegalArgumentException("tls-certificate: '" + text + "' is not of the form FILE[,key=FILE]");
        }
        try {
            return new CertificateFiles(Path.of(chain), Path.of(key));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("tls-certificate: '" + text + "' names no file", e);
        }
    }
}
