package org.keepsake.balancer.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificatesTest {
    @TempDir
    static Path made;

    private static MadeCertificate shop;
    private static MadeCertificate curve;
    private static MadeCertificate wildcard;

    @TempDir
    Path folder;

    @BeforeAll
    static void make() throws Exception {
        shop = MadeCertificate.make(made, "RSA", "www.shop.example", "shop.example");
        curve = MadeCertificate.make(made, "EC", "www.shop.example", "shop.example");
        wildcard = MadeCertificate.make(made, "EC", "*.site.example");
    }

    private CertificateFiles files(String chain, String key) throws Exception {
        Path chainFile = Files.writeString(Files.createTempFile(folder, "chain", ".pem"), chain);
        return new CertificateFiles(chainFile, Files.writeString(Files.createTempFile(folder, "key", ".pem"), key));
    }

    private String chosen(List<MadeCertificate> all, String keyType, String host) throws Exception {
        List<ServerCertificate> read = new ArrayList<>();
        for (MadeCertificate each : all) {
            read.add(ServerCertificate.read(files(each.certificate(), each.key())));
        }
        Certificates certificates = new Certificates(read);
        String alias = certificates.alias(keyType, host);
        return alias == null
                ? "none"
                : certificates.getCertificateChain(alias)[0].getSubjectX500Principal() + " "
                        + certificates.getPrivateKey(alias).getAlgorithm();
    }

    @ParameterizedTest
    @CsvSource({
        "RSA, www.shop.example, CN=www.shop.example RSA",
        "EC, WWW.Shop.Example, CN=www.shop.example EC",
        "EC, shop.example, CN=www.shop.example EC",
        "EC, a.site.example, CN=*.site.example EC",
        "RSA, a.site.example, none",
        "EC, site.example, CN=www.shop.example EC",
        "RSA, b.a.site.example, CN=www.shop.example RSA",
        "RSA, '', CN=www.shop.example RSA",
        "EdDSA, www.shop.example, none"
    })
    void choosesByTheNameThatTheClientAsksForAndTheKeysItKnows(String keyType, String host, String expected)
            throws Exception {
        assertEquals(expected, chosen(List.of(shop, curve, wildcard), keyType, host));
    }

    @Test
    void doesNotGiveStrangersAnotherSiteOnlyBecauseItsKeyIsOfTheirType() throws Exception {
        assertEquals("none", chosen(List.of(shop, wildcard), "EC", "unknown.example"));
    }

    @Test
    void readsKeysInAllTheirForms() throws Exception {
        MadeCertificate edwards = MadeCertificate.make(folder, "Ed25519", "a.example");
        assertNotNull(ServerCertificate.read(files(shop.certificate(), shop.oldKey("RSA PRIVATE KEY")))
                .key());
        String parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        assertNotNull(ServerCertificate.read(files(curve.certificate(), parameters + curve.oldKey("EC PRIVATE KEY")))
                .key());
        assertTrue(ServerCertificate.read(files(edwards.certificate(), edwards.key()))
                .fits("EdDSA"));
    }

    @Test
    void keepsTheWholeChainInItsOrder() throws Exception {
        ServerCertificate read = ServerCertificate.read(files(shop.certificate() + curve.certificate(), shop.key()));
        assertEquals(2, read.chain().size());
        assertEquals("RSA", read.chain().get(0).getPublicKey().getAlgorithm());
    }

    @Test
    void refusesTheKeyOfAnotherCertificate() throws Exception {
        MadeCertificate other = MadeCertificate.make(folder, "RSA", "other.example");
        CertificateFiles files = files(shop.certificate(), other.key());
        assertProblem(files, files.key(), "is not that of the first certificate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\nno base 64!\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\nAAAA\n"
            })
    void namesAFileThatIsNoCertificate(String chain) throws Exception {
        CertificateFiles files = files(chain, shop.key());
        assertProblem(files, files.chain(), "");
    }

    @ParameterizedTest
    @CsvSource({
        "nothing, there is no PEM private key",
        "-----BEGIN PRIVATE KEY-----|AAAA|-----END PRIVATE KEY-----, is no RSA key",
        "-----BEGIN EC PRIVATE KEY-----|AAAA|-----END EC PRIVATE KEY-----, is no RSA key",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----|AAAA|-----END ENCRYPTED PRIVATE KEY-----, is encrypted",
        "-----BEGIN RSA PRIVATE KEY-----|Proc-Type: 4;ENCRYPTED|AAAA|-----END RSA PRIVATE KEY-----, is encrypted"
    })
    void namesAFileThatIsNoKey(String key, String why) throws Exception {
        CertificateFiles files = files(shop.certificate(), key.replace('|', '\n'));
        assertProblem(files, files.key(), why);
    }

    @Test
    void namesAFileThatIsNotThere() {
        Path missing = folder.resolve("missing.pem");
        assertProblem(new CertificateFiles(missing, missing), missing, "there is no such file");
    }

    private static void assertProblem(CertificateFiles files, Path named, String why) {
        String message = String.valueOf(assertThrows(CertificateProblem.class, () -> Tls.of(List.of(files)))
                .getMessage());
        assertTrue(message.startsWith("tls-certificate: " + named + ": ") && message.contains(why), message);
    }
}
