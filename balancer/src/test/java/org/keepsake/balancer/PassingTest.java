package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes through unharmed: targets, header fields and bodies of every framing. */
final class PassingTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: site\r\n\r\n";

    @Test
    void passesRequestsAndResponsesOnKeptConnections() throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            for (int i = 0; i < 10; i++) {
                RawClient.Response response = client.get("/a/" + i);
                assertEquals(200, response.status());
                assertEquals("hello", response.body());
                assertEquals("A", response.header("X-Keepsake-Upstream"));
            }
            assertEquals(1, backend.accepted());
            assertEquals("/a/9", backend.requests().get(9).target());
            assertEquals("site", backend.requests().get(9).header("Host"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a%2Fb%2fc",
                "/a;v=1/b;jsessionid=x.A?q=%20+&&=;",
                "//double//slash/../dots/./",
                "/caf\u00e9?\u00fc=\u00df",
                "/q??double",
                "/q?a=??",
                "/x|y{z}\"<>^`\\",
                "/+plus+%2B?+%41"
            })
    void passesTheTargetByteForByte(String target) throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            assertEquals(200, client.get(target).status());
            assertEquals(target, backend.onlyRequest().target());
        }
    }

    @Test
    void turnsAnAbsoluteTargetIntoTheOriginForm() throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send("GET http://site/a?b HTTP/1.1\r\nHost: site\r\n\r\n").response();
            assertEquals("/a?b", backend.onlyRequest().target());
        }
    }

    @Test
    void passesBodiesOfKnownLength() throws IOException {
        try (FakeBackend backend = FakeBackend.start((request, wire) -> wire.ok("got " + request.body()));
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send("POST / HTTP/1.1\r\nHost: site\r\nContent-Length: 5\r\n\r\nab");
            assertEquals("got abcde", client.send("cde").response().body());
            assertEquals("5", backend.onlyRequest().header("Content-Length"));
            assertEquals(
                    "got ",
                    client.send("POST / HTTP/1.1\r\nHost: site\r\nContent-Length: 0\r\n\r\n")
                            .response()
                            .body());
            assertEquals("0", backend.requests().get(1).header("Content-Length"));
        }
    }

    @Test
    void passesChunkedRequestsWithExtensionsAndTrailers() throws IOException {
        try (FakeBackend backend = FakeBackend.start((request, wire) -> wire.ok("got " + request.body()));
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send("POST / HTTP/1.1\r\nHost: site\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            client.send("2;x=y\r\nde\r\n0\r\nX-Trailer: t\r\nX-Forwarded-For: 1.2.3.4\r\nContent-Length: 3\r\n\r\n");
            assertEquals("got abcde", client.response().body());
            assertEquals(List.of("X-Trailer: t"), backend.onlyRequest().trailers());
            assertEquals("chunked", backend.onlyRequest().header("Transfer-Encoding"));
            assertNull(backend.onlyRequest().header("Content-Length"));
            assertEquals(200, client.get("/next").status());
        }
    }

    @Test
    void passesChunkedResponsesWithTrailersAndKeepsTheConnection() throws IOException {
        FakeBackend.Script script = (request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nTrailer: X-T\r\n\r\n3\r\nabc\r\n");
            wire.send("2;ext=\"1\"\r\nde\r\n0\r\nX-T: 1\r\nSet-Cookie: a=b\r\nx-u: 2\r\n\r\n");
        };
        try (FakeBackend backend = FakeBackend.start(script);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            assertEquals("abcde", client.get("/").body());
            assertEquals(List.of("X-T: 1", "x-u: 2"), client.reader().trailers());
            assertEquals("abcde", client.get("/").body());
            assertEquals(1, backend.accepted());
        }
    }

    @Test
    void passesResponsesThatEndWithTheConnection() throws IOException {
        FakeBackend.Script script = (request, wire) -> {
            wire.send("HTTP/1.0 200 OK\r\n\r\nuntil the end");
            wire.close();
        };
        try (FakeBackend backend = FakeBackend.start(script);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            assertEquals("until the end", client.get("/").body());
            assertEquals("until the end", client.get("/").body());
            assertEquals(2, backend.accepted());
        }
    }

    @Test
    void answersHttp10WithoutChunks() throws IOException {
        FakeBackend.Script script = (request, wire) ->
                wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        try (FakeBackend backend = FakeBackend.start(script);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            RawClient.Response response = client.send("GET / HTTP/1.0\r\n\r\n").response();
            assertEquals("abc", response.body());
            assertNull(response.header("Transfer-Encoding"));
            assertTrue(client.closed());
            assertTrue(backend.onlyRequest().head().start().endsWith("HTTP/1.1"));
        }
    }

    @Test
    void keepsHttp10ConnectionsThatAskForIt() throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            for (int i = 0; i < 2; i++) {
                RawClient.Response response = client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                        .response();
                assertEquals("keep-alive", response.header("Connection"));
                assertEquals("hello", response.body());
            }
        }
    }

    @Test
    void knowsResponsesWithoutBody() throws IOException {
        FakeBackend.Script script = (request, wire) -> {
            switch (request.target()) {
                case "/204" -> wire.send("HTTP/1.1 204 No Content\r\n\r\n");
                case "/304" -> wire.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nETag: x\r\n\r\n");
                case "/chunked" -> wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                default -> wire.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
            }
        };
        try (FakeBackend backend = FakeBackend.start(script);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            assertEquals(204, client.get("/204").status());
            assertEquals("x", client.get("/304").header("ETag"));
            RawClient.Response head =
                    client.send("HEAD / HTTP/1.1\r\nHost: site\r\n\r\n").response("HEAD");
            assertEquals("9", head.header("Content-Length"));
            assertEquals(
                    200,
                    client.send("HEAD /chunked HTTP/1.1\r\nHost: site\r\n\r\n")
                            .response("HEAD")
                            .status());
            assertEquals(204, client.get("/204").status());
            assertEquals(1, backend.accepted());
        }
    }

    @Test
    void waitsForTheFinalResponseBehindInformationalOnes() throws IOException {
        FakeBackend.Script script = (request, wire) -> {
            wire.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n");
            wire.ok("final");
        };
        try (FakeBackend backend = FakeBackend.start(script);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            RawClient.Response response = client.get("/");
            assertEquals(200, response.status());
            assertEquals("final", response.body());
            assertNull(response.header("Link"));
        }
    }

    @Test
    void tellsAClientToContinueOnceAnUpstreamIsThere() throws IOException {
        try (FakeBackend backend = FakeBackend.start((request, wire) -> wire.ok("got " + request.body()));
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send("PUT / HTTP/1.1\r\nHost: site\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertEquals(100, client.head().status());
            assertEquals("got abc", client.send("abc").response().body());
            assertNull(backend.onlyRequest().header("Expect"));
            assertEquals(200, client.get("/next").status());
        }
    }

    @Test
    void passesResponseHeaderFieldsInOrderAndNumber() throws IOException {
        FakeBackend.Script script = (request, wire) -> wire.send("HTTP/1.1 299 Strange Reason\r\nSet-Cookie: a=1\r\n"
                + "Set-Cookie: b=2; Path=/\r\nX-Caf\u00e9: no\r\n".replace("\u00e9", "e")
                + "X-Latin: caf\u00e9\r\nContent-Length: 0\r\n\r\n");
        try (FakeBackend backend = FakeBackend.start(script);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            RawClient.Response response = client.get("/");
            assertEquals("HTTP/1.1 299 Strange Reason", response.head().start());
            assertEquals(List.of("a=1", "b=2; Path=/"), response.headers("Set-Cookie"));
            assertEquals("caf\u00e9", response.header("X-Latin"));
        }
    }

    @Test
    void answersPipelinedRequestsInTurn() throws IOException {
        try (FakeBackend backend = FakeBackend.start((request, wire) -> wire.ok(request.target()));
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send(GET.replace("/ ", "/1 ") + GET.replace("/ ", "/2 ") + GET.replace("/ ", "/3 "));
            assertEquals("/1", client.response().body());
            assertEquals("/2", client.response().body());
            assertEquals("/3", client.response().body());
        }
    }

    @Test
    void answersARequestThatComesWhileTheOneBeforeIsServed() throws IOException {
        java.util.concurrent.CountDownLatch second = new java.util.concurrent.CountDownLatch(1);
        FakeBackend.Script script = (request, wire) -> {
            if (request.target().equals("/1")) {
                FakeBackend.await(second);
            }
            wire.ok(request.target());
        };
        try (FakeBackend backend = FakeBackend.start(script);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send(GET.replace("/ ", "/1 "));
            Balancers.eventually(
                    "first at the backend", () -> backend.requests().size() == 1);
            client.send(GET.replace("/ ", "/2 "));
            client.send(GET.replace("/ ", "/3 "));
            second.countDown();
            assertEquals("/1", client.response().body());
            assertEquals("/2", client.response().body());
            assertEquals("/3", client.response().body());
        }
    }

    @Test
    void takesHundredsOfCookies() throws IOException {
        StringBuilder cookies = new StringBuilder("Cookie: a=b");
        for (int i = 0; i < 250; i++) {
            cookies.append("; c").append(i).append("=").append(i);
        }
        for (int i = 250; i < 350; i++) {
            cookies.append("\r\nCookie: c").append(i).append("=").append(i);
        }
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send("GET / HTTP/1.1\r\nHost: site\r\n" + cookies + "\r\n\r\n");
            assertEquals(200, client.response().status());
            assertTrue(String.valueOf(backend.onlyRequest().header("Cookie")).contains("c249=249; c250=250"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void passesLargeBodiesBothWaysUnchanged(boolean chunked) throws IOException {
        byte[] body = new byte[3_000_000];
        new Random(4711).nextBytes(body);
        FakeBackend.Script echo = (request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\n"
                    + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + request.bytes().length)
                    + "\r\n\r\n");
            send(wire::send, request.bytes(), chunked);
        };
        try (FakeBackend backend = FakeBackend.start(echo);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            for (int i = 0; i < 3; i++) {
                client.send("POST / HTTP/1.1\r\nHost: site\r\n"
                        + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length) + "\r\n\r\n");
                send(client::send, body, chunked);
                assertArrayEquals(body, client.response().bytes());
            }
            assertEquals(1, backend.accepted());
        }
    }

    private interface Sink {
        void send(byte[] bytes) throws IOException;
    }

    private static void send(Sink sink, byte[] body, boolean chunked) throws IOException {
        if (!chunked) {
            sink.send(body);
            return;
        }
        Random sizes = new Random(42);
        int position = 0;
        while (position < body.length) {
            int size = Math.min(body.length - position, 1 + sizes.nextInt(50_000));
            java.io.ByteArrayOutputStream chunk = new java.io.ByteArrayOutputStream();
            chunk.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            chunk.write(body, position, size);
            chunk.writeBytes(new byte[] {'\r', '\n'});
            sink.send(chunk.toByteArray());
            position += size;
        }
        sink.send("0\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
}
