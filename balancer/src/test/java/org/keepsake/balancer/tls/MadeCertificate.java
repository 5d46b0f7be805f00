package org.keepsake.balancer.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate that vouches for itself, made by the JDK's keytool, and its key, in PEM. */
public final class MadeCertificate {
    private static final String PASSWORD = "changeit";

    /** Bytes before the key in PKCS #8, for keys of RSA with 2048 bits, and of the curve P-256. */
    private static final int RSA_ENVELOPE = 26;

    private static final int EC_ENVELOPE = 28;

    private final KeyStore store;

    private MadeCertificate(KeyStore store) {
        this.store = store;
    }

    /**
     * Makes one.
     *
     * @param algorithm as keytool knows it: RSA, EC, Ed25519
     * @param names for which hosts; the first becomes the subject too
     */
    public static MadeCertificate make(Path folder, String algorithm, String... names) throws Exception {
        Path file = Files.createTempFile(folder, "store", ".p12");
        Files.delete(file);
        String alternatives = Stream.of(names).map(name -> "dns:" + name).collect(Collectors.joining(","));
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD,
                        "-alias",
                        "a",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=" + names[0],
                        "-ext",
                        "san=" + alternatives)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!keytool.waitFor(1, TimeUnit.MINUTES) || keytool.exitValue() != 0) {
            throw new IOException("keytool: " + said);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return new MadeCertificate(store);
    }

    public String certificate() throws GeneralSecurityException {
        return pem("CERTIFICATE", store.getCertificate("a").getEncoded());
    }

    public String key() throws GeneralSecurityException {
        return pem("PRIVATE KEY", encodedKey());
    }

    /** The key as older versions of openssl write it. */
    String oldKey(String type) throws GeneralSecurityException {
        byte[] encoded = encodedKey();
        int envelope = type.startsWith("RSA") ? RSA_ENVELOPE : EC_ENVELOPE;
        return pem(type, Arrays.copyOfRange(encoded, envelope, encoded.length));
    }

    private byte[] encodedKey() throws GeneralSecurityException {
        return store.getKey("a", PASSWORD.toCharArray()).getEncoded();
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN %s-----\n%s\n-----END %1$s-----\n"
                .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content));
    }

    /** Writes both into one file. */
    public CertificateFiles write(Path file) throws IOException, GeneralSecurityException {
        Files.writeString(file, certificate() + key());
        return new CertificateFiles(file, file);
    }

    /** What a client needs to believe it and no other. */
    public SSLContext client() throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("a", store.getCertificate("a"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
