package org.keepsake.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keepsake.balancer.BalancerConfig;
import org.keepsake.balancer.tls.CertificateFiles;
import org.keepsake.balancer.tls.TlsSettings;
import org.keepsake.launcher.options.Arguments;
import org.keepsake.launcher.options.UsageError;

class RoleSettingsTest {
    private static BalancerConfig balancer(String... options) {
        List<String> all = new ArrayList<>(List.of("--role=balancer"));
        all.addAll(List.of(options));
        return new RoleSettings(Arguments.parse(all, Map.of())).balancer.orElseThrow();
    }

    @Test
    void httpsIsServedBesideHttpWithItsCertificates() {
        TlsSettings tls = balancer("--tls-port=8443", "--tls-certificate=a.pem,key=b.pem", "--tls-redirect=443")
                .listen()
                .tls()
                .orElseThrow();
        assertEquals(8443, tls.listen().getPort());
        assertEquals(List.of(new CertificateFiles(Path.of("a.pem"), Path.of("b.pem"))), tls.certificates());
        assertEquals(OptionalInt.of(443), tls.redirect());
        assertTrue(tls.http2());
        assertTrue(balancer().listen().tls().isEmpty());
    }

    @Test
    void pagesAreForTheCodesBeforeThem() {
        assertEquals(
                Map.of(502, Path.of("x=y.html"), 503, Path.of("x=y.html"), 404, Path.of("z")),
                balancer("--error-page=502,503=x=y.html", "--error-page=404=z").errorPages());
    }

    @Test
    void whatIsCompressedIsWhatNginxsOptionsSay() {
        var gzip = balancer("--gzip", "--gzip-types=text/css Text/HTML", "--gzip-comp-level=9")
                .gzip()
                .orElseThrow();
        assertEquals(Set.of("text/css", "text/html"), gzip.types());
        assertEquals(9, gzip.level());
        assertTrue(balancer("--gzip-comp-level=9").gzip().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "--tls-port=8443, --tls-certificate: --tls-port needs one",
        "--tls-certificate=a.pem, '--tls-port: --tls-certificate, --tls-redirect and --hsts are of no use without it'",
        "--error-page=50x.html, '--error-page: \"50x.html\" is not of the form CODE[,CODE...]=FILE'",
        "--error-page=200=a.html, error-page 200 is not between 400 and 599",
        "--monitor-uri=alive, monitor-uri 'alive' is not a path like /health",
        "--accept-proxy=proxy.example, accept-proxy proxy.example: not an IP address or CIDR range"
    })
    void mistakesAreNamed(String option, String sentence) {
        assertEquals(
                sentence, assertThrows(UsageError.class, () -> balancer(option)).sentence());
    }
}
