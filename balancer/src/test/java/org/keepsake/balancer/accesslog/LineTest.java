package org.keepsake.balancer.accesslog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LineTest {
    private static final ZoneOffset ZONE = ZoneOffset.ofHours(-7);
    private static final long TIME = Instant.parse("2000-10-10T20:55:36.789Z").toEpochMilli();

    private static AccessEntry entry(
            @Nullable String user, String target, @Nullable String agent, List<String> upstreams) {
        return new AccessEntry(
                TIME,
                "192.0.2.1",
                user,
                "shop.example",
                "GET",
                target,
                "HTTP/1.1",
                200,
                2326,
                null,
                agent,
                upstreams,
                1_234_567_890L,
                1_300_400_000L);
    }

    private static String combined(AccessEntry entry) {
        return new Line(AccessLogSettings.Format.COMBINED, ZONE).of(entry);
    }

    private static String json(AccessEntry entry) {
        return new Line(AccessLogSettings.Format.JSON, ZONE).of(entry);
    }

    @Test
    void writesWhatNginxWritesAndTheUpstreamsBehindIt() {
        assertEquals(
                "192.0.2.1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /a?b=c HTTP/1.1\" 200 2326 \"-\" \"curl/8\""
                        + " \"A, B\" 1.235 1.300 2\n",
                combined(entry("frank", "/a?b=c", "curl/8", List.of("A", "B"))));
        assertEquals(
                "192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 2326 \"-\" \"-\" \"-\" - 1.300 0\n",
                combined(entry(null, "/", null, List.of())));
    }

    @Test
    void letsNobodyBreakALine() {
        String line = combined(entry("a b\"]", "/\"\\\n\u00e9", "x\r\n127.0.0.1 - -", List.of()));
        assertEquals(
                "192.0.2.1 - a\\x20b\\x22] [10/Oct/2000:13:55:36 -0700] \"GET /\\x22\\x5C\\x0A\\xE9 HTTP/1.1\" 200 2326"
                        + " \"-\" \"x\\x0D\\x0A127.0.0.1 - -\" \"-\" - 1.300 0\n",
                line);
    }

    @Test
    void writesJson() {
        assertEquals(
                "{\"time\":\"2000-10-10T13:55:36-07:00\",\"client\":\"192.0.2.1\",\"host\":\"shop.example\","
                        + "\"method\":\"GET\",\"uri\":\"/\\\"\\u000A\",\"protocol\":\"HTTP/1.1\",\"status\":200,"
                        + "\"bytes\":2326,\"agent\":\"caf\\u00E9\",\"upstream\":\"B\",\"upstream_time\":1.235,"
                        + "\"tries\":2,\"request_time\":1.300}\n",
                json(entry(null, "/\"\n", "caf\u00e9", List.of("A", "B"))));
    }
}
