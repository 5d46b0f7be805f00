package org.keepsake.balancer.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * A certificate that we can prove to be ours.
 *
 * @param chain that of the server first
 * @param names host names in lower case; one may begin with {@code *.} for all names one level below
 */
record ServerCertificate(List<X509Certificate> chain, PrivateKey key, Set<String> names) {
    private static final int DNS_NAME = 2;
    private static final byte[] PROBE = "whoever signed this has the key".getBytes(StandardCharsets.US_ASCII);

    /** Reads both and makes sure that they belong together. */
    static ServerCertificate read(CertificateFiles files) throws CertificateProblem {
        List<X509Certificate> chain = Pem.certificates(files.chain());
        PublicKey publicKey = chain.get(0).getPublicKey();
        PrivateKey key = Pem.privateKey(files.key(), publicKey);
        if (!belongTogether(publicKey, key)) {
            throw new CertificateProblem(
                    files.key(), "the private key is not that of the first certificate in " + files.chain());
        }
        return new ServerCertificate(chain, key, names(files, chain.get(0)));
    }

    private static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) {
        try {
            Signature signature = Signature.getInstance(signatureAlgorithm(publicKey));
            signature.initSign(privateKey);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String signatureAlgorithm(PublicKey publicKey) {
        return switch (publicKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> publicKey.getAlgorithm();
        };
    }

    private static Set<String> names(CertificateFiles files, X509Certificate certificate) throws CertificateProblem {
        Set<String> names = new HashSet<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> alternative : alternatives) {
                    if (alternative.get(0).equals(DNS_NAME)) {
                        names.add(alternative.get(1).toString().toLowerCase(Locale.ROOT));
                    }
                }
            }
            if (names.isEmpty()) {
                names.addAll(commonNames(certificate));
            }
        } catch (CertificateParsingException | InvalidNameException e) {
            throw new CertificateProblem(files.chain(), "its names cannot be read (" + e.getMessage() + ")", e);
        }
        return Set.copyOf(names);
    }

    /** What certificates had before they had alternative names. */
    private static Set<String> commonNames(X509Certificate certificate) throws InvalidNameException {
        Set<String> names = new HashSet<>();
        for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
            if (part.getType().equalsIgnoreCase("CN")) {
                names.add(part.getValue().toString().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    /** Whether it can be used where JSSE asks for keys of this type, such as {@code EC} or {@code RSASSA-PSS}. */
    boolean fits(String keyType) {
        String algorithm = chain.get(0).getPublicKey().getAlgorithm();
        return keyType.equals(algorithm) || keyType.startsWith(algorithm + "_");
    }

    X509Certificate[] chainArray() {
        return chain.toArray(X509Certificate[]::new);
    }
}
