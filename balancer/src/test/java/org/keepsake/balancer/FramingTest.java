package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that two parties could read differently: none passes, in neither direction. */
// Text blocks end their lines without CR, and here every byte counts.
@SuppressWarnings("StringConcatToTextBlock")
final class FramingTest {
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: site\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                // CL.TE and TE.CL
                "Content-Length: 6\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 3",
                // TE.TE
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity, chunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding:\u000bchunked",
                "X: y\nTransfer-Encoding: chunked",
                "X: y\rTransfer-Encoding: chunked",
                // lengths
                "Content-Length: 0\r\nContent-Length: 5",
                "Content-Length: 5\r\nContent-Length: 5",
                "Content-Length: 0, 5",
                "Content-Length: +5",
                "Content-Length: -5",
                "Content-Length: 0x5",
                "Content-Length: 5 5",
                "Content-Length: 18446744073709551621",
                "X: a\u0000b"
            })
    void refusesRequestsThatCouldBeReadDifferently(String fields) throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send("POST / HTTP/1.1\r\nHost: site\r\n" + fields + "\r\n\r\n0\r\n\r\n" + SMUGGLED);
            int status = client.response().status();
            assertTrue(status == 400 || status == 501, "status " + status);
            assertTrue(client.closed());
            assertEquals(0, backend.requests().size());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n0\r\n\r\n",
                "5\r\nabcdefgh\r\n",
                "5\r\nabcde",
                "-1\r\n",
                "0x5\r\nabcde\r\n0\r\n\r\n",
                "0\n\n",
                "5\nabcde\r\n0\r\n\r\n",
                "ffffffffffffffffff\r\nabc"
            })
    void refusesBrokenChunksWithoutASecondRequest(String chunks) throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send("POST / HTTP/1.1\r\nHost: site\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + SMUGGLED);
            assertEquals(400, client.response().status());
            assertTrue(client.closed());
            Balancers.eventually("upstream connection closed", () -> backend.openConnections() == 0);
            assertEquals(0, backend.requests().size());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /a HTTP/1.1~~, 400",
        "GET /a HTTP/1.1~Host: a~Host: b~~, 400",
        "GET /a HTTP/1.1~Host: a b~~, 400",
        "GET /a\u0001b HTTP/1.1~Host: a~~, 400",
        "GET /a HTTP/0.9~~, 400",
        "POST /a HTTP/1.0~Transfer-Encoding: chunked~~, 400",
        "CONNECT site:443 HTTP/1.1~Host: site:443~~, 405",
        "TRACE / HTTP/1.1~Host: site~~, 405"
    })
    void refusesWhatIsNotToBePassed(String request, int status) throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send(request.replace("~", "\r\n"));
            assertEquals(status, client.response().status());
            assertTrue(client.closed());
            assertEquals(0, backend.requests().size());
        }
    }

    @Test
    void saysWhenTheTargetOrTheHeaderIsTooLarge() throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(backend)) {
            try (RawClient client = new RawClient(balancer.address())) {
                assertEquals(414, client.get("/" + "x".repeat(20_000)).status());
            }
            try (RawClient client = new RawClient(balancer.address())) {
                client.send("GET / HTTP/1.1\r\nHost: site\r\nX: " + "x".repeat(70_000) + "\r\n\r\n");
                assertEquals(431, client.response().status());
            }
            assertEquals(0, backend.requests().size());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok",
                "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
                "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
                "SSH-2.0-OpenSSH\r\n",
                "HTTP/2 200\r\n\r\n"
            })
    void answers502ToResponsesThatAreNotWellFormed(String response) throws IOException {
        try (FakeBackend backend = FakeBackend.start((request, wire) -> wire.send(response));
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            RawClient.Response answer = client.get("/");
            assertEquals(502, answer.status());
            assertTrue(answer.body().startsWith("502 Bad Gateway"));
            Balancers.eventually("upstream connection closed", () -> backend.openConnections() == 0);
        }
    }

    @Test
    void answers502ToAHeaderWithoutEnd() throws IOException {
        FakeBackend.Script script = (request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\n");
            for (int i = 0; i < 2000; i++) {
                wire.send("X-" + i + ": " + "x".repeat(100) + "\r\n");
            }
        };
        try (FakeBackend backend = FakeBackend.start(script);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            assertEquals(502, client.get("/").status());
        }
    }

    @Test
    void givesNobodyTheBytesBehindAResponse() throws IOException {
        try (FakeBackend backend =
                        FakeBackend.start((request, wire) -> wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                                + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"));
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            for (int i = 0; i < 5; i++) {
                assertEquals("ok", client.get("/").body());
            }
            assertEquals(5, backend.accepted());
        }
    }

    @Test
    void cutsOffAResponseThatBreaksOff() throws IOException {
        FakeBackend.Script script = (request, wire) -> {
            wire.send(
                    request.target().equals("/chunked")
                            ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"
                            : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
            wire.close();
        };
        try (FakeBackend backend = FakeBackend.start(script);
                Balancer balancer = Balancers.start(backend)) {
            for (String target : new String[] {"/chunked", "/fixed"}) {
                try (RawClient client = new RawClient(balancer.address())) {
                    org.junit.jupiter.api.Assertions.assertThrows(IOException.class, () -> client.get(target));
                }
            }
        }
    }
}
