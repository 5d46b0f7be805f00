package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Header fields that are changed on their way. */
// Text blocks end their lines without CR, and here every byte counts.
@SuppressWarnings("StringConcatToTextBlock")
final class HeaderTest {
    private static FakeBackend.Request passed(BalancerConfig config, String fields) throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(config, backend.upstream("A"));
                RawClient client = new RawClient(balancer.address())) {
            assertEquals(
                    200,
                    client.send("GET / HTTP/1.1\r\n" + fields + "\r\n")
                            .response()
                            .status());
            return backend.onlyRequest();
        }
    }

    @Test
    void saysWhoTheClientIs() throws IOException {
        FakeBackend.Request request = passed(Balancers.config(), "Host: www.site:8443\r\n");
        assertEquals("www.site:8443", request.header("Host"));
        assertEquals("127.0.0.1", request.header("X-Forwarded-For"));
        assertEquals("http", request.header("X-Forwarded-Proto"));
        assertEquals("www.site:8443", request.header("X-Forwarded-Host"));
        assertEquals("8443", request.header("X-Forwarded-Port"));
        assertEquals("127.0.0.1", request.header("X-Real-IP"));
        assertEquals("for=127.0.0.1;host=\"www.site:8443\";proto=http", request.header("Forwarded"));
    }

    @Test
    void replacesWhatAClientSaysOfItself() throws IOException {
        FakeBackend.Request request = passed(
                Balancers.config(),
                "Host: site\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\nx-forwarded-proto: https\r\n"
                        + "X-Forwarded-Host: evil\r\nX-Forwarded-Port: 1\r\nX-Forwarded-Prefix: /evil\r\n"
                        + "X-Real-IP: 3.3.3.3\r\nForwarded: for=4.4.4.4\r\nForwarded: for=5.5.5.5\r\n");
        assertEquals(List.of("127.0.0.1"), request.head().headers("X-Forwarded-For"));
        assertEquals(List.of("http"), request.head().headers("X-Forwarded-Proto"));
        assertEquals(List.of("site"), request.head().headers("X-Forwarded-Host"));
        assertEquals(List.of("80"), request.head().headers("X-Forwarded-Port"));
        assertEquals(List.of(), request.head().headers("X-Forwarded-Prefix"));
        assertEquals(List.of("127.0.0.1"), request.head().headers("X-Real-IP"));
        assertEquals(
                List.of("for=127.0.0.1;host=\"site\";proto=http"),
                request.head().headers("Forwarded"));
    }

    @Test
    void keepsAndExtendsWhatATrustedProxySays() throws IOException {
        FakeBackend.Request request = passed(
                Balancers.config().withTrustedProxies(List.of("127.0.0.0/8")),
                "Host: site\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\nX-Forwarded-Proto: https\r\n"
                        + "X-Forwarded-Host: www\r\nX-Forwarded-Port: 443\r\nX-Forwarded-Prefix: /p\r\n"
                        + "X-Real-IP: 1.1.1.1\r\nForwarded: for=1.1.1.1\r\nForwarded: for=2.2.2.2\r\n");
        assertEquals(List.of("1.1.1.1, 2.2.2.2, 127.0.0.1"), request.head().headers("X-Forwarded-For"));
        assertEquals(List.of("https"), request.head().headers("X-Forwarded-Proto"));
        assertEquals(List.of("www"), request.head().headers("X-Forwarded-Host"));
        assertEquals(List.of("443"), request.head().headers("X-Forwarded-Port"));
        assertEquals(List.of("/p"), request.head().headers("X-Forwarded-Prefix"));
        assertEquals(List.of("1.1.1.1"), request.head().headers("X-Real-IP"));
        assertEquals(
                List.of("for=1.1.1.1, for=2.2.2.2, for=127.0.0.1;host=\"site\";proto=http"),
                request.head().headers("Forwarded"));
    }

    @Test
    void stripsHopByHopFieldsOfRequests() throws IOException {
        FakeBackend.Request request = passed(
                Balancers.config(),
                "Host: site\r\nConnection: keep-alive, X-Hop\r\nConnection: x-other, host, cookie, X-Forwarded-For\r\n"
                        + "X-Hop: 1\r\nX-Other: 2\r\nX-Stays: 3\r\nCookie: a=b\r\nKeep-Alive: timeout=5\r\n"
                        + "TE: trailers\r\nTrailer: X\r\nProxy-Connection: close\r\nProxy-Authorization: x\r\n"
                        + "Proxy: evil\r\n");
        for (String name : List.of(
                "Connection",
                "X-Hop",
                "X-Other",
                "Keep-Alive",
                "TE",
                "Trailer",
                "Proxy-Connection",
                "Proxy-Authorization",
                "Proxy")) {
            assertNull(request.header(name), name);
        }
        assertEquals("3", request.header("X-Stays"));
        assertEquals("a=b", request.header("Cookie"));
        assertEquals("site", request.header("Host"));
        assertEquals("127.0.0.1", request.header("X-Forwarded-For"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "HTTP/2.0", "TLS/1.2", "foo"})
    void passesNoUpgradeButWebSocket(String protocol) throws IOException {
        FakeBackend.Request request = passed(
                Balancers.config(),
                "Host: site\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: " + protocol
                        + "\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n");
        assertNull(request.header("Upgrade"));
        assertNull(request.header("HTTP2-Settings"));
        assertNull(request.header("Connection"));
    }

    @Test
    void stripsHopByHopFieldsOfResponsesAndKeepsTheClient() throws IOException {
        FakeBackend.Script script = (request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
                    + "Upgrade: h2c\r\nX-Stays: 2\r\nContent-Length: 2\r\n\r\nok");
            wire.close();
        };
        try (FakeBackend backend = FakeBackend.start(script);
                Balancer balancer = Balancers.start(Balancers.config().withDebugHeaders(false), backend.upstream("A"));
                RawClient client = new RawClient(balancer.address())) {
            for (int i = 0; i < 3; i++) {
                RawClient.Response response = client.get("/");
                assertEquals("ok", response.body());
                assertNull(response.header("Connection"));
                assertNull(response.header("X-Hop"));
                assertNull(response.header("Keep-Alive"));
                assertNull(response.header("Upgrade"));
                assertNull(response.header("X-Keepsake-Upstream"));
                assertEquals("2", response.header("X-Stays"));
            }
            assertEquals(3, backend.accepted());
        }
    }
}
