package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keepsake.balancer.accesslog.AccessLogSettings;

/** What the access log tells of requests that end in one way or another. */
// Text blocks end their lines without CR, and here every byte counts.
@SuppressWarnings("StringConcatToTextBlock")
final class RequestLogTest {

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("access.log");
    }

    private BalancerConfig config() {
        return Balancers.config()
                .withTrustedProxies(List.of("127.0.0.1"))
                .withAccessLog(
                        Optional.of(new AccessLogSettings(Optional.of(file()), AccessLogSettings.Format.COMBINED, 0)));
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file());
    }

    private static void assertLine(String pattern, String line) {
        assertTrue(line.matches(pattern), line + " is not " + pattern);
    }

    @Test
    void tellsWhoAskedWhatAndWhoAnswered() throws IOException {
        try (FakeBackend b = FakeBackend.saying("hello");
                Balancer balancer =
                        Balancers.start(config(), Balancers.upstream("A", Balancers.nobody()), b.upstream("B"));
                RawClient client = new RawClient(balancer.address())) {
            client.send("GET /x?y=z HTTP/1.1\r\nHost: site\r\nX-Forwarded-For: 192.0.2.9\r\nReferer: http://r/\r\n"
                    + "User-Agent: curl\r\nAuthorization: Basic ZnJhbms6c2VjcmV0\r\n\r\n");
            assertEquals(200, client.response().status());
            Balancers.eventually("a line", () -> lines().size() == 1);
        }
        assertLine(
                "192\\.0\\.2\\.9 - frank \\[.*] \"GET /x\\?y=z HTTP/1\\.1\" 200 5 \"http://r/\" \"curl\""
                        + " \"A, B\" 0\\.\\d{3} 0\\.\\d{3} 2",
                lines().get(0));
    }

    @Test
    void tellsOfWhatTheBalancerAnsweredItself() throws IOException {
        try (Balancer balancer = Balancers.start(config());
                RawClient client = new RawClient(balancer.address())) {
            assertEquals(503, client.get("/").status());
            assertEquals(
                    405,
                    client.send("TRACE / HTTP/1.1\r\nHost: site\r\n\r\n")
                            .response()
                            .status());
        }
        assertLine("127.0.0.1 - - \\[.*] \"GET / HTTP/1.1\" 503 \\d+ \"-\" \"-\" \"-\" - \\d+.\\d+ 0", lines().get(0));
        assertLine("127.0.0.1 - - \\[.*] \"TRACE / HTTP/1.1\" 405 .*", lines().get(1));
    }

    @Test
    void tellsOfAClientThatWentBeforeItHadAnAnswer() throws IOException {
        try (FakeBackend a = FakeBackend.start((request, wire) -> wire.hang());
                Balancer balancer = Balancers.start(config(), a.upstream("A"))) {
            try (RawClient client = new RawClient(balancer.address())) {
                client.send("GET / HTTP/1.1\r\nHost: site\r\n\r\n");
                Balancers.eventually("A has it", () -> a.requests().size() == 1);
            }
            Balancers.eventually("a line", () -> lines().size() == 1);
        }
        assertLine("127.0.0.1 - - \\[.*] \"GET / HTTP/1.1\" 499 0 \"-\" \"-\" \"A\" 0.000 \\d+.\\d+ 1", lines().get(0));
    }
}
