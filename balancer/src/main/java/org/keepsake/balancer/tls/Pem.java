package org.keepsake.balancer.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys as openssl and certbot write them (RFC 7468). */
final class Pem {
    private static final int MAX_SIZE = 1024 * 1024;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s(.*?)-----END \\1-----", Pattern.DOTALL);

    /** What stands between two lines with its name; {@code text} is still in Base64. */
    private record Block(String type, String text) {}

    private Pem() {}

    /** All certificates of a file, in their order; at least one. */
    static List<X509Certificate> certificates(Path file) throws CertificateProblem {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(file)) {
            if (block.type().endsWith("CERTIFICATE")) {
                certificates.add(certificate(file, block));
            }
        }
        if (certificates.isEmpty()) {
            throw new CertificateProblem(file, "there is no PEM certificate in it");
        }
        return certificates;
    }

    private static X509Certificate certificate(Path file, Block block) throws CertificateProblem {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(decode(file, block)));
        } catch (GeneralSecurityException e) {
            throw new CertificateProblem(file, "a certificate in it cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /**
     * The first private key of a file: in PKCS #8, or as older versions of openssl write keys of RSA and elliptic curves.
     *
     * @param publicKey the other half of it
     */
    static PrivateKey privateKey(Path file, PublicKey publicKey) throws CertificateProblem {
        for (Block block : blocks(file)) {
            if (block.type().endsWith("PRIVATE KEY")) {
                return privateKey(file, block, publicKey);
            }
        }
        throw new CertificateProblem(file, "there is no PEM private key in it");
    }

    private static PrivateKey privateKey(Path file, Block block, PublicKey publicKey) throws CertificateProblem {
        if (block.type().startsWith("ENCRYPTED") || block.text().contains("ENCRYPTED")) {
            throw new CertificateProblem(
                    file, "the private key is encrypted; write it without a password by openssl pkey -in ... -out ...");
        }
        byte[] content = decode(file, block);
        try {
            byte[] encoded = block.type().equals("PRIVATE KEY") ? content : Der.privateKeyInfo(publicKey, content);
            return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CertificateProblem(
                    file, "the private key is no " + publicKey.getAlgorithm() + " key as its certificate needs it", e);
        }
    }

    private static List<Block> blocks(Path file) throws CertificateProblem {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(read(file));
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    private static String read(Path file) throws CertificateProblem {
        try {
            if (Files.size(file) > MAX_SIZE) {
                throw new CertificateProblem(file, "it is larger than 1 MB, which no certificate is");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new CertificateProblem(file, "there is no such file", e);
        } catch (CertificateProblem e) {
            throw e;
        } catch (IOException e) {
            throw new CertificateProblem(
                    file, "it cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    private static byte[] decode(Path file, Block block) throws CertificateProblem {
        try {
            return Base64.getMimeDecoder().decode(block.text());
        } catch (IllegalArgumentException e) {
            throw new CertificateProblem(file, "what follows BEGIN " + block.type() + " is not Base64", e);
        }
    }
}
