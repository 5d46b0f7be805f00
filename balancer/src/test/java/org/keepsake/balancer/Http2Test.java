package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keepsake.balancer.listen.ListenSettings;
import org.keepsake.balancer.tls.CertificateFiles;
import org.keepsake.balancer.tls.MadeCertificate;
import org.keepsake.balancer.tls.TlsSettings;

class Http2Test {
    private static final String[] POST = {
        ":method", "POST", ":scheme", "https", ":authority", "site.example", ":path", "/"
    };

    @TempDir
    static Path folder;

    private static MadeCertificate certificate;
    private static CertificateFiles files;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = MadeCertificate.make(folder, "EC", "localhost");
        files = certificate.write(folder.resolve("a.pem"));
    }

    private static Balancer start(FakeBackend backend) throws IOException {
        ListenSettings listen =
                ListenSettings.of(Balancers.freePort()).withTls(TlsSettings.of(Balancers.freePort(), List.of(files)));
        return Balancers.start(Balancers.config().withListen(listen), backend.upstream("A"));
    }

    private static HttpClient client() throws Exception {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(certificate.client())
                .build();
    }

    private static HttpRequest.Builder request(Balancer balancer, String target) {
        int port = balancer.tlsAddress().orElseThrow().getPort();
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port + target));
    }

    private static RawHttp2 raw(Balancer balancer) throws Exception {
        return new RawHttp2(balancer.tlsAddress().orElseThrow(), certificate.client());
    }

    private static String[] post(String... more) {
        List<String> fields = new ArrayList<>(List.of(POST));
        fields.addAll(List.of(more));
        return fields.toArray(String[]::new);
    }

    @Test
    void speaksHttp2WithTheClientAndHttp1WithTheUpstream() throws Exception {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = start(backend)) {
            HttpResponse<String> response =
                    client().send(request(balancer, "/a;b=c?d??e=%2F").build(), BodyHandlers.ofString());
            assertEquals(HttpClient.Version.HTTP_2, response.version());
            assertEquals("hello", response.body());
            FakeBackend.Request seen = backend.onlyRequest();
            assertEquals("GET /a;b=c?d??e=%2F HTTP/1.1", seen.head().start());
            assertEquals("localhost:" + balancer.tlsAddress().orElseThrow().getPort(), seen.header("Host"));
            assertEquals("https", seen.header("X-Forwarded-Proto"));
            assertNull(seen.header(":path"));
        }
    }

    @Test
    void passesBodiesOfKnownAndUnknownLength() throws Exception {
        byte[] body = "0123456789abcdef".repeat(128 * 1024).getBytes(StandardCharsets.US_ASCII);
        try (FakeBackend backend = FakeBackend.start((request, wire) -> wire.ok(request.body()));
                Balancer balancer = start(backend)) {
            HttpClient client = client();
            for (HttpRequest.BodyPublisher publisher : List.of(
                    BodyPublishers.ofByteArray(body),
                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)),
                    BodyPublishers.noBody())) {
                HttpResponse<byte[]> response =
                        client.send(request(balancer, "/").POST(publisher).build(), BodyHandlers.ofByteArray());
                byte[] expected = publisher.contentLength() == 0 ? new byte[0] : body;
                assertTrue(java.util.Arrays.equals(expected, response.body()), "length " + response.body().length);
            }
            assertEquals("chunked", backend.requests().get(1).header("Transfer-Encoding"));
            assertNull(backend.requests().get(2).header("Transfer-Encoding"));
        }
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200, 5", "GET, 204, ", "GET, 304, ", "GET, 500, 0"})
    void knowsWhichResponsesHaveNoBody(String method, int status, String length) throws Exception {
        String head = "HTTP/1.1 " + status + " X\r\n" + (length == null ? "" : "Content-Length: " + length + "\r\n")
                + "ETag: \"e\"\r\n\r\n";
        try (FakeBackend backend = FakeBackend.start((request, wire) -> wire.send(head));
                Balancer balancer = start(backend);
                RawHttp2 client = raw(balancer)) {
            for (int i = 0; i < 2; i++) {
                RawHttp2.Outcome outcome = client.outcome(
                        client.head(true, ":method", method, ":scheme", "https", ":authority", "a", ":path", "/"));
                assertEquals(status, outcome.status());
                assertEquals(length, outcome.headers().get("content-length"));
                assertEquals("\"e\"", outcome.headers().get("etag"));
                assertEquals("", outcome.body());
            }
            assertEquals(1, backend.accepted(), "the connection to the upstream can be used again");
        }
    }

    @Test
    void serves100RequestsOfOneConnectionAtATime() throws Exception {
        try (FakeBackend backend = FakeBackend.start((request, wire) -> wire.ok(request.target()));
                Balancer balancer = start(backend)) {
            HttpClient client = client();
            client.send(request(balancer, "/first").build(), BodyHandlers.ofString());
            List<CompletableFuture<HttpResponse<String>>> all = IntStream.range(0, 100)
                    .mapToObj(i -> client.sendAsync(request(balancer, "/" + i).build(), BodyHandlers.ofString()))
                    .toList();
            for (int i = 0; i < all.size(); i++) {
                assertEquals("/" + i, all.get(i).get(20, TimeUnit.SECONDS).body());
            }
        }
    }

    @Test
    void joinsCookiesThatComeInFieldsOfTheirOwn() throws Exception {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = start(backend);
                RawHttp2 client = raw(balancer)) {
            assertEquals(
                    200,
                    client.get("/", "cookie", "a=b", "cookie", "c=d", "cookie", "e=f")
                            .status());
            assertEquals(List.of("a=b; c=d; e=f"), backend.onlyRequest().head().headers("Cookie"));
        }
    }

    @Test
    void cancelsTheUpstreamOfAStreamThatTheClientResets() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (FakeBackend backend = FakeBackend.start((request, wire) -> {
                    if (request.target().equals("/slow")) {
                        asked.countDown();
                        wire.hang();
                    }
                    wire.ok("hello");
                });
                Balancer balancer = start(backend);
                RawHttp2 client = raw(balancer)) {
            int slow = client.head(true, ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/slow");
            FakeBackend.await(asked);
            client.reset(slow);
            Balancers.eventually("cancelled", () -> backend.openConnections() == 0);
            assertEquals("hello", client.get("/").body(), "other streams go on");
            assertEquals(0, balancer.upstreams().get(0).active());
        }
    }

    @Test
    void cancelsTheUpstreamOfAResponseThatTheClientNoLongerWants() throws Exception {
        try (FakeBackend backend = FakeBackend.start((request, wire) -> {
                    wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
                    wire.hang();
                });
                Balancer balancer = start(backend);
                RawHttp2 client = raw(balancer)) {
            int stream = client.head(true, ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");
            RawHttp2.Frame frame;
            do {
                frame = client.frame();
            } while (frame.type() != RawHttp2.DATA);
            client.reset(stream);
            Balancers.eventually("cancelled", () -> backend.openConnections() == 0);
        }
    }

    @Test
    void resetsTheStreamAloneWhenTheUpstreamBreaksOff() throws Exception {
        try (FakeBackend backend = FakeBackend.start((request, wire) -> {
                    if (request.target().equals("/broken")) {
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                        wire.close();
                    } else {
                        wire.ok("hello");
                    }
                });
                Balancer balancer = start(backend);
                RawHttp2 client = raw(balancer)) {
            assertEquals(-1, client.get("/broken").status());
            assertEquals("hello", client.get("/").body());
        }
    }

    @Test
    void noticesThatTheClientGoesWithinItsBody() throws Exception {
        try (FakeBackend backend = FakeBackend.leavingBodies((request, wire) -> wire.hang());
                Balancer balancer = start(backend);
                RawHttp2 client = raw(balancer)) {
            int stream = client.head(false, post("content-length", "10"));
            client.body(stream, false, "01234");
            Balancers.eventually("under way", () -> backend.openConnections() == 1);
            client.reset(stream);
            Balancers.eventually("cancelled", () -> backend.openConnections() == 0);
        }
    }

    /** What came through HTTP/2 as one request must not be two for the upstream, nor another one. */
    @ParameterizedTest
    @CsvSource({
        "a field with line ends, x-a, '1|GET /smuggled HTTP/1.1|Host: a||'",
        "a name with line ends, 'x-a: 1|x-b', 2",
        "a name with a colon, x:a, 1",
        "a name with a space, 'x a', 1",
        "chunks, transfer-encoding, chunked",
        "a connection, connection, close",
        "two lengths, content-length, 5",
        "no number, content-length, five",
        "a host with a path, :authority, a/b",
        "a host with line ends, :authority, 'a|x-b: c'",
        "a path with line ends, :path, '/ HTTP/1.1|x-b: c|'",
        "a path with a space, :path, '/a b'",
        "another form, :path, 'http://other.example/'",
        "no path, :path, ''",
        "a method with a space, :method, 'GET /smuggled'"
    })
    void passesNothingOnThatWouldMeanSomethingElseInHttp1(String what, String name, String value) throws Exception {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = start(backend);
                RawHttp2 client = raw(balancer)) {
            List<String> fields = new ArrayList<>(List.of(post("content-length", "4")));
            String crlf = value.replace("|", "\r\n");
            int present = fields.indexOf(name);
            if (name.startsWith(":") && present >= 0) {
                fields.set(present + 1, crlf);
            } else {
                fields.add(name.replace("|", "\r\n"));
                fields.add(crlf);
            }
            int stream = client.head(false, fields.toArray(String[]::new));
            try {
                client.body(stream, true, "body");
            } catch (IOException closed) {
                // All the better.
            }
            int status = client.outcome(stream).status();
            assertTrue(status < 0 || status == 400, what + ": " + status);
            assertEquals(List.of(), backend.requests(), what);
        }
    }

    @ParameterizedTest
    @CsvSource({"10, 5", "5, 10", "5, 0"})
    void doesNotLetABodyHaveAnotherLengthThanItSays(int announced, int sent) throws Exception {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = start(backend);
                RawHttp2 client = raw(balancer);
                RawHttp2 other = raw(balancer)) {
            int stream = client.head(sent == 0, post("content-length", Integer.toString(announced)));
            if (sent > 0) {
                client.body(stream, true, "0123456789".substring(0, sent));
            }
            int status = client.outcome(stream).status();
            assertTrue(status < 0 || status == 400, "status " + status);
            assertEquals("hello", other.get("/next").body());
            assertEquals(
                    List.of("/next"),
                    backend.requests().stream()
                            .map(FakeBackend.Request::target)
                            .filter(target -> !target.equals("/"))
                            .toList());
        }
    }

    @Test
    void letsRequestsUnderWayEndWhenItStops() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (FakeBackend backend = FakeBackend.start((request, wire) -> {
            asked.countDown();
            FakeBackend.await(goOn);
            wire.ok("hello");
        })) {
            Balancer balancer = start(backend);
            CompletableFuture<HttpResponse<String>> response =
                    client().sendAsync(request(balancer, "/").build(), BodyHandlers.ofString());
            FakeBackend.await(asked);
            InetSocketAddress address = balancer.address();
            Thread stop = new Thread(balancer::close);
            stop.start();
            Balancers.eventually("the stop has begun", () -> {
                try {
                    new RawClient(address).close();
                    return false;
                } catch (java.net.ConnectException refused) {
                    return true;
                }
            });
            goOn.countDown();
            assertEquals("hello", response.get(20, TimeUnit.SECONDS).body());
            stop.join(20_000);
            assertTrue(!stop.isAlive());
        }
    }

    @Test
    void saysGoodByeToIdleConnectionsWhenItStops() throws Exception {
        try (FakeBackend backend = FakeBackend.saying("hello")) {
            Balancer balancer = start(backend);
            try (RawHttp2 client = raw(balancer)) {
                assertEquals("hello", client.get("/").body());
                balancer.close();
                RawHttp2.Frame frame;
                do {
                    frame = client.frame();
                } while (frame.type() != RawHttp2.GOAWAY);
                assertEquals(1, frame.payload().get(3), "the last stream that was seen");
            }
        }
    }

    @Test
    void leavesHttp2OutWhenToldTo() throws Exception {
        TlsSettings tls = new TlsSettings(
                Balancers.freePort(), List.of(files), false, java.util.OptionalInt.empty(), java.util.Optional.empty());
        ListenSettings listen = ListenSettings.of(Balancers.freePort()).withTls(tls);
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(Balancers.config().withListen(listen), backend.upstream("A"))) {
            HttpResponse<String> response = client().send(request(balancer, "/").build(), BodyHandlers.ofString());
            assertEquals(HttpClient.Version.HTTP_1_1, response.version());
        }
    }
}
