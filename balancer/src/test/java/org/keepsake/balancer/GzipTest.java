package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keepsake.balancer.gzip.GzipSettings;

class GzipTest {
    private static final String TEXT = "as many words as it takes ".repeat(4000);

    private static Balancer start(FakeBackend backend) throws IOException {
        return Balancers.start(
                Balancers.config().withGzip(Optional.of(GzipSettings.defaults())), backend.upstream("A"));
    }

    private static FakeBackend.Script sending(String head, String body) {
        return (request, wire) -> wire.send("HTTP/1.1 " + head + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + (request.method().equals("HEAD") ? "" : body));
    }

    private static RawClient.Response get(RawClient client, String accept) throws IOException {
        return client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: " + accept + "\r\n\r\n")
                .response();
    }

    private static String unpack(byte[] bytes) throws IOException {
        return new String(
                new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void compressesTextForThoseWhoTakeIt() throws IOException {
        try (FakeBackend backend = FakeBackend.start(sending(
                        "200 OK\r\nContent-Type: Text/HTML; charset=utf-8\r\nETag: \"v1\"\r\nAccept-Ranges: bytes",
                        TEXT));
                Balancer balancer = start(backend);
                RawClient client = new RawClient(balancer.address())) {
            for (int i = 0; i < 3; i++) {
                RawClient.Response response = get(client, "br, gzip;q=0.5");
                assertEquals("gzip", response.header("Content-Encoding"));
                assertEquals("Accept-Encoding", response.header("Vary"));
                assertEquals("W/\"v1\"", response.header("ETag"));
                assertNull(response.header("Accept-Ranges"));
                assertTrue(response.bytes().length < TEXT.length() / 20, "bytes: " + response.bytes().length);
                assertEquals(TEXT, unpack(response.bytes()));
            }
            assertEquals(1, backend.accepted(), "the upstream's connection stays");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "br", "gzip;q=0", "gzip; q=0.000, *", "*;q=0", "x"})
    void leavesItForThoseWhoDoNotButTellsCaches(String accept) throws IOException {
        try (FakeBackend backend =
                        FakeBackend.start(sending("200 OK\r\nContent-Type: text/html\r\nETag: \"v1\"", TEXT));
                Balancer balancer = start(backend);
                RawClient client = new RawClient(balancer.address())) {
            RawClient.Response response = get(client, accept);
            assertEquals(TEXT, response.body());
            assertNull(response.header("Content-Encoding"));
            assertEquals("Accept-Encoding", response.header("Vary"));
            assertEquals("\"v1\"", response.header("ETag"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "200 OK\r\nContent-Type: image/png",
                "200 OK",
                "200 OK\r\nContent-Type: text/event-stream",
                "200 OK\r\nContent-Type: text/html\r\nContent-Encoding: br",
                "200 OK\r\nContent-Type: text/html\r\nCache-Control: public, No-Transform",
                "206 Partial\r\nContent-Type: text/html\r\nContent-Range: bytes 0-103999/200000",
                "500 Broken\r\nContent-Type: text/html"
            })
    void leavesWhatIsNotToBeCompressed(String head) throws IOException {
        try (FakeBackend backend = FakeBackend.start(sending(head, TEXT));
                Balancer balancer = start(backend);
                RawClient client = new RawClient(balancer.address())) {
            RawClient.Response response = get(client, "gzip");
            assertEquals(TEXT, response.body());
            assertEquals(Integer.toString(TEXT.length()), response.header("Content-Length"));
        }
    }

    @ParameterizedTest
    @CsvSource({"1023, false", "1024, true"})
    void leavesWhatIsSmall(int length, boolean compressed) throws IOException {
        try (FakeBackend backend =
                        FakeBackend.start(sending("200 OK\r\nContent-Type: text/css", TEXT.substring(0, length)));
                Balancer balancer = start(backend);
                RawClient client = new RawClient(balancer.address())) {
            assertEquals(compressed, get(client, "gzip").header("Content-Encoding") != null);
        }
    }

    @Test
    void answersHeadAsItWouldAnswerGet() throws IOException {
        try (FakeBackend backend = FakeBackend.start(sending("200 OK\r\nContent-Type: text/css", TEXT));
                Balancer balancer = start(backend);
                RawClient client = new RawClient(balancer.address())) {
            RawClient.Response response = client.send("HEAD / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
                    .response("HEAD");
            assertEquals("gzip", response.header("Content-Encoding"));
            assertNull(response.header("Content-Length"));
            assertEquals(TEXT, unpack(get(client, "gzip").bytes()));
        }
    }

    @Test
    void passesOnWhatThereIsWhileTheUpstreamThinks() throws IOException {
        CountDownLatch seen = new CountDownLatch(1);
        FakeBackend.Script script = (request, wire) -> {
            wire.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nfirst \r\n");
            FakeBackend.await(seen);
            wire.send("6\r\nsecond\r\n0\r\n\r\n");
        };
        try (FakeBackend backend = FakeBackend.start(script);
                Balancer balancer = start(backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
            HttpReader.Head head = client.head();
            assertEquals(List.of("gzip"), head.headers("Content-Encoding"));
            try (GZIPInputStream in = new GZIPInputStream(client.reader().bodyStream())) {
                assertEquals("first ", new String(in.readNBytes(6), StandardCharsets.ISO_8859_1));
                seen.countDown();
                assertEquals("second", new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1, text/css", "10, 1, text/css", "1, -1, text/css", "1, 1, text", "1, 1, '*'"})
    void refusesSettingsThatMakeNoSense(int level, long least, String type) {
        org.junit.jupiter.api.Assertions.assertThrows(
                IllegalArgumentException.class, () -> new GzipSettings(level, least, Set.of(type)));
    }
}
