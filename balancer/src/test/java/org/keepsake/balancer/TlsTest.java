package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keepsake.balancer.gate.GateSettings;
import org.keepsake.balancer.listen.ClientTimeouts;
import org.keepsake.balancer.listen.ListenSettings;
import org.keepsake.balancer.tls.Hsts;
import org.keepsake.balancer.tls.MadeCertificate;
import org.keepsake.balancer.tls.TlsSettings;

class TlsTest {
    @TempDir
    static Path folder;

    private static MadeCertificate shop;
    private static MadeCertificate site;

    @BeforeAll
    static void makeCertificates() throws Exception {
        shop = MadeCertificate.make(folder, "EC", "shop.example");
        site = MadeCertificate.make(folder, "RSA", "site.example");
    }

    private static TlsSettings tls() throws Exception {
        return TlsSettings.of(
                Balancers.freePort(),
                List.of(shop.write(folder.resolve("shop.pem")), site.write(folder.resolve("site.pem"))));
    }

    private static Balancer start(FakeBackend backend, TlsSettings tls) throws IOException {
        return start(backend, ListenSettings.of(Balancers.freePort()).withTls(tls));
    }

    private static Balancer start(FakeBackend backend, ListenSettings listen) throws IOException {
        return Balancers.start(Balancers.config().withListen(listen), backend.upstream("A"));
    }

    private static Socket plain(Balancer balancer) throws IOException {
        InetSocketAddress address = balancer.tlsAddress().orElseThrow();
        return new Socket(address.getAddress(), address.getPort());
    }

    /** @param name what it asks for; empty for nothing */
    private static SSLSocket connect(Socket over, String name, String... protocols) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new X509TrustManager[] {new Believer()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(over, "127.0.0.1", over.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static SSLSocket connect(Balancer balancer, String name) throws Exception {
        return connect(plain(balancer), name);
    }

    private static String subject(SSLSocket socket) throws SSLException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    /** Whoever it is; the tests look for themselves. */
    private static final class Believer implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void servesHttpsBesideHttpAndTellsTheUpstream() throws Exception {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = start(backend, tls());
                SSLSocket socket = connect(balancer, "shop.example");
                RawClient secure = new RawClient(socket);
                RawClient client = new RawClient(balancer.address())) {
            assertEquals("TLSv1.3", socket.getSession().getProtocol());
            assertEquals("hello", secure.get("/a").body());
            assertEquals("hello", secure.get("/b").body());
            assertEquals("hello", client.get("/c").body());
            assertEquals("https", backend.requests().get(0).header("X-Forwarded-Proto"));
            assertEquals("443", backend.requests().get(0).header("X-Forwarded-Port"));
            assertTrue(String.valueOf(backend.requests().get(1).header("Forwarded"))
                    .endsWith(";proto=https"));
            assertEquals("http", backend.requests().get(2).header("X-Forwarded-Proto"));
        }
    }

    @Test
    void showsTheCertificateThatTheClientAsksFor() throws Exception {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = start(backend, tls())) {
            for (String asked : List.of("shop.example", "site.example", "unknown.example", "")) {
                try (SSLSocket socket = connect(balancer, asked)) {
                    assertEquals(
                            asked.equals("site.example") ? "CN=site.example" : "CN=shop.example",
                            subject(socket),
                            asked);
                }
            }
        }
    }

    @Test
    void speaksVersion12ButNothingOlder() throws Exception {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = start(backend, tls())) {
            try (RawClient client = new RawClient(connect(plain(balancer), "site.example", "TLSv1.2"))) {
                assertEquals("hello", client.get("/").body());
            }
            assertThrows(IOException.class, () -> connect(plain(balancer), "site.example", "TLSv1.1"));
        }
    }

    @Test
    void readsCertificatesAgainWhenTheyChangeAndKeepsThemWhenTheyAreBroken() throws Exception {
        TlsSettings tls = tls();
        Path file = tls.certificates().get(0).chain();
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = start(backend, tls);
                RawClient before = new RawClient(connect(balancer, ""))) {
            assertEquals("hello", before.get("/").body());
            Files.writeString(file, "nonsense");
            Thread.sleep(5000);
            try (SSLSocket socket = connect(balancer, "")) {
                assertEquals("CN=shop.example", subject(socket));
            }
            MadeCertificate.make(folder, "EC", "new.example").write(file);
            Balancers.eventually("the new certificate is in use", () -> {
                try (SSLSocket socket = connect(balancer, "")) {
                    return subject(socket).equals("CN=new.example");
                }
            });
            assertEquals("hello", before.get("/").body(), "connections stay");
        }
    }

    @Test
    void doesNotStartWithACertificateThatCannotBeUsed() throws Exception {
        TlsSettings tls = tls();
        Files.delete(tls.certificates().get(1).key());
        try (FakeBackend backend = FakeBackend.saying("hello")) {
            String message = assertThrows(
                            IOException.class, () -> start(backend, tls).close())
                    .getMessage();
            assertEquals("tls-certificate: " + folder.resolve("site.pem") + ": there is no such file", message);
        }
    }

    @Test
    void sendsClientsToHttpsWithTheirMethodAndTellsThemToStay() throws Exception {
        Hsts hsts = new Hsts(Duration.ofDays(365), true, false);
        TlsSettings tls = tls();
        TlsSettings redirecting =
                new TlsSettings(tls.listen(), tls.certificates(), true, OptionalInt.of(443), Optional.of(hsts));
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = start(backend, redirecting);
                RawClient client = new RawClient(balancer.address());
                RawClient secure = new RawClient(connect(balancer, "shop.example"))) {
            RawClient.Response moved = client.send("GET /a;b=c?d=%2F HTTP/1.1\r\nHost: shop.example:8080\r\n\r\n")
                    .response();
            assertEquals(301, moved.status());
            assertEquals("https://shop.example/a;b=c?d=%2F", moved.header("Location"));
            assertNull(moved.header("Strict-Transport-Security"));
            RawClient.Response posted = client.send(
                            "POST http://shop.example/form HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 3\r\n\r\na=b")
                    .response();
            assertEquals(308, posted.status());
            assertEquals("https://shop.example/form", posted.header("Location"));
            assertEquals(0, backend.requests().size());
            RawClient.Response served = secure.get("/");
            assertEquals("hello", served.body());
            assertEquals("max-age=31536000; includeSubDomains", served.header("Strict-Transport-Security"));
        }
    }

    @Test
    void leavesTheUpstreamTheLastWordOnHsts() throws Exception {
        TlsSettings tls = tls();
        TlsSettings telling = new TlsSettings(
                tls.listen(),
                tls.certificates(),
                true,
                OptionalInt.empty(),
                Optional.of(new Hsts(Duration.ofDays(1), false, false)));
        try (FakeBackend backend = FakeBackend.start((request, wire) -> wire.send(
                        "HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=0\r\nContent-Length: 0\r\n\r\n"));
                Balancer balancer = start(backend, telling);
                RawClient secure = new RawClient(connect(balancer, "shop.example"))) {
            assertEquals(List.of("max-age=0"), secure.get("/").headers("Strict-Transport-Security"));
        }
    }

    @Test
    void cutsOffWhoDoesNotFinishTheHandshake() throws Exception {
        Duration hour = Duration.ofHours(1);
        ListenSettings listen = ListenSettings.of(Balancers.freePort())
                .withTls(tls())
                .withTimeouts(new ClientTimeouts(Duration.ofMillis(300), hour, hour, hour));
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = start(backend, listen);
                Socket silent = plain(balancer);
                Socket slow = plain(balancer)) {
            silent.setSoTimeout(20_000);
            slow.setSoTimeout(20_000);
            slow.getOutputStream().write(new byte[] {22, 3, 1, 2});
            assertTrue(ended(silent));
            assertTrue(ended(slow));
            try (RawClient patient = new RawClient(connect(balancer, "shop.example"))) {
                assertEquals("hello", patient.get("/").body());
                Thread.sleep(600);
                assertEquals("hello", patient.get("/").body(), "the handshake's time is over, the connection's is not");
            }
        }
    }

    private static boolean ended(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    @Test
    void closesAConnectionThatSpeaksNoTls() throws Exception {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = start(backend, tls());
                Socket plain = plain(balancer)) {
            plain.setSoTimeout(20_000);
            plain.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = plain.getInputStream().readNBytes(100);
            assertTrue(answer.length < 20, "an alert at the most");
            assertEquals(0, backend.requests().size());
        }
    }

    @Test
    void cancelsTheUpstreamWhenAClientGoesWhileItWaits() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (FakeBackend backend = FakeBackend.start((request, wire) -> {
                    asked.countDown();
                    wire.hang();
                });
                Balancer balancer = start(backend, tls())) {
            RawClient client = new RawClient(connect(balancer, "shop.example"));
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            FakeBackend.await(asked);
            client.close();
            Balancers.eventually("cancelled", () -> backend.openConnections() == 0);
        }
    }

    @Test
    void passesLargeBodiesBothWays() throws Exception {
        String body = "0123456789abcdef".repeat(256 * 1024);
        try (FakeBackend backend = FakeBackend.start((request, wire) -> wire.ok(request.body()));
                Balancer balancer = start(backend, tls());
                RawClient client = new RawClient(connect(balancer, "shop.example"))) {
            for (int i = 0; i < 2; i++) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                assertEquals(body, client.response().body());
            }
        }
    }

    @Test
    void passesWebSocketsBothWaysToTheirEnd() throws Exception {
        FakeBackend.Script echo = (request, wire) -> {
            wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhi ");
            wire.send(wire.in().readNBytes(5));
            wire.close();
        };
        try (FakeBackend backend = FakeBackend.start(echo);
                Balancer balancer = start(backend, tls());
                RawClient client = new RawClient(connect(balancer, "shop.example"))) {
            client.send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertEquals(101, client.head().status());
            assertEquals("hi ", new String(client.reader().exactly(3), StandardCharsets.US_ASCII));
            client.send("12345");
            assertEquals("12345", new String(client.reader().exactly(5), StandardCharsets.US_ASCII));
            assertTrue(client.closed());
        }
    }

    @Test
    void answersAnUploadThatIsTooLargeBeforeItCloses() throws Exception {
        BalancerConfig config = Balancers.config()
                .withListen(ListenSettings.of(Balancers.freePort()).withTls(tls()))
                .withGate(new GateSettings(List.of(), List.of(), Optional.empty(), 1000));
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(config, backend.upstream("A"));
                RawClient client = new RawClient(connect(balancer, "shop.example"))) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000));
            assertEquals(413, client.response().status());
            assertTrue(client.closed());
            assertEquals(0, backend.requests().size());
        }
    }

    @Test
    void takesThePeersOfTheProxyProtocolAtTheirWordUnderTlsToo() throws Exception {
        ListenSettings listen =
                ListenSettings.of(Balancers.freePort()).withTls(tls()).withAcceptProxy(List.of("127.0.0.0/8"));
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = start(backend, listen);
                RawClient client = new RawClient(balancer.address());
                Socket plain = plain(balancer)) {
            client.send("PROXY TCP4 192.0.2.7 192.0.2.1 1234 80\r\n");
            assertEquals("hello", client.get("/").body());
            assertEquals("192.0.2.7", backend.requests().get(0).header("X-Forwarded-For"));
            plain.getOutputStream()
                    .write("PROXY TCP6 2001:db8::7 2001:db8::1 1234 443\r\n".getBytes(StandardCharsets.US_ASCII));
            try (RawClient secure = new RawClient(connect(plain, "shop.example"))) {
                assertEquals("hello", secure.get("/").body());
                assertEquals("2001:db8:0:0:0:0:0:7", backend.requests().get(1).header("X-Real-IP"));
            }
        }
    }

    @Test
    void closesAConnectionOfSuchAPeerThatDoesNotTell() throws Exception {
        Duration hour = Duration.ofHours(1);
        ListenSettings listen = ListenSettings.of(Balancers.freePort())
                .withAcceptProxy(List.of("127.0.0.1"))
                .withTimeouts(new ClientTimeouts(Duration.ofMillis(300), hour, hour, hour));
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = start(backend, listen);
                RawClient other = new RawClient(balancer.address());
                RawClient silent = new RawClient(balancer.address())) {
            assertTrue(other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").closed());
            assertTrue(silent.closed());
            assertEquals(0, backend.requests().size());
        }
    }

    @Test
    void takesNobodyElseAtHisWord() throws Exception {
        ListenSettings listen = ListenSettings.of(Balancers.freePort()).withAcceptProxy(List.of("192.0.2.0/24"));
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = start(backend, listen);
                RawClient client = new RawClient(balancer.address())) {
            client.send("PROXY TCP4 192.0.2.7 192.0.2.1 1234 80\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertEquals(400, client.response().status());
        }
    }
}
