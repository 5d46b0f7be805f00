package org.keepsake.balancer.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/**
 * TLS with certificates that follow their files. Which versions and ciphers are spoken is Mozilla's
 * <a href="https://wiki.mozilla.org/Security/Server_Side_TLS">intermediate</a> list. Thread-safe.
 */
public final class Tls {

    /** The versions that clients may speak. */
    public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    /** The ciphers that clients may choose from, of both versions. */
    public static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final System.Logger LOG = System.getLogger(Tls.class.getName());

    private final List<CertificateFiles> files;
    private final Certificates certificates;
    private final SSLContext context;

    /** What the files looked like when they were read, and when they were looked at last. */
    private List<String> read;

    private List<String> seen;

    private Tls(List<CertificateFiles> files, List<ServerCertificate> first, List<String> stamps)
            throws GeneralSecurityException {
        this.files = files;
        this.certificates = new Certificates(first);
        this.context = SSLContext.getInstance("TLS");
        this.context.init(new KeyManager[] {certificates}, null, null);
        this.read = stamps;
        this.seen = stamps;
    }

    /**
     * Reads the certificates.
     *
     * @throws CertificateProblem when one cannot be used
     */
    public static Tls of(List<CertificateFiles> files) throws CertificateProblem {
        List<String> stamps = stamps(files);
        try {
            return new Tls(files, readAll(files), stamps);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    private static List<ServerCertificate> readAll(List<CertificateFiles> files) throws CertificateProblem {
        List<ServerCertificate> certificates = new ArrayList<>();
        for (CertificateFiles each : files) {
            certificates.add(ServerCertificate.read(each));
        }
        return certificates;
    }

    public SSLContext context() {
        return context;
    }

    /**
     * To be called now and then: reads all certificates again when a file has changed and since the last call has not. If one
     * cannot be used, those in use stay, and the log says why.
     */
    public synchronized void follow() {
        List<String> now = stamps(files);
        boolean settled = now.equals(seen);
        seen = now;
        if (!settled || now.equals(read)) {
            return;
        }
        read = now;
        try {
            certificates.replace(readAll(files));
            LOG.log(System.Logger.Level.INFO, "balancer: certificates have changed and were read again");
        } catch (CertificateProblem e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "balancer: certificates have changed but those before stay in use: {0}",
                    e.getMessage());
        }
    }

    private static List<String> stamps(List<CertificateFiles> files) {
        List<String> stamps = new ArrayList<>();
        for (CertificateFiles each : files) {
            stamps.add(stamp(each.chain()));
            stamps.add(stamp(each.key()));
        }
        return stamps;
    }

    private static String stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.size() + " " + attributes.lastModifiedTime();
        } catch (IOException e) {
            return "missing";
        }
    }
}
