package org.keepsake.launcher.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AdminServerTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private Optional<AdminServer> server = Optional.empty();

    @AfterEach
    void close() {
        server.ifPresent(AdminServer::close);
    }

    @Test
    void thisHostReadsWithoutAPassword() throws Exception {
        start(Optional.empty());
        assertEquals("20 fish\n", send("GET", "/fish", "").body());
        assertEquals("", send("HEAD", "/fish", "").body());
        assertEquals(200, send("GET", "/health", "").statusCode());
    }

    @Test
    void withoutAPasswordNothingCanBeChanged() throws Exception {
        start(Optional.empty());
        HttpResponse<String> refused = send("PUT", "/fish", "21");
        assertEquals(403, refused.statusCode());
        assertEquals(
                "changes need a password, and this process has none: start it with --admin-password-file\n",
                refused.body());
        assertEquals("20 fish\n", send("GET", "/fish", "").body());
    }

    @Test
    void whoKnowsThePasswordChanges() throws Exception {
        start(Optional.of("xyzzy:ü"));
        assertEquals(
                "21 fish\n", send("PUT", "/fish", "21", basic("admin:xyzzy:ü")).body());
        assertEquals("21 fish\n", send("GET", "/fish", "").body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic", "Basic !", "Bearer x", "admin:wrong", "root:xyzzy", "admin:", "admin:xyzzyy"})
    void whoDoesNotChangesNothing(String authorization) throws Exception {
        start(Optional.of("xyzzy"));
        HttpResponse<String> refused =
                send("PUT", "/fish", "21", authorization.contains(":") ? basic(authorization) : authorization);
        assertEquals(401, refused.statusCode());
        assertTrue(refused.headers().firstValue("WWW-Authenticate").orElse("").startsWith("Basic "));
        assertEquals("20 fish\n", send("GET", "/fish", "").body());
    }

    @Test
    void whatCannotBeIsAnsweredInASentence() throws Exception {
        start(Optional.of("xyzzy"));
        String admin = basic("admin:xyzzy");
        HttpResponse<String> refused = send("PUT", "/fish", "many", admin);
        assertEquals(400, refused.statusCode());
        assertEquals("fish \"many\": is not a number\n", refused.body());
        assertEquals(413, send("PUT", "/fish", "1".repeat(65537), admin).statusCode());
        assertEquals(405, send("PUT", "/health", "up", admin).statusCode());
        assertEquals(405, send("DELETE", "/fish", "", admin).statusCode());
        assertEquals(404, send("GET", "/fis", "").statusCode());
        assertEquals(404, send("GET", "/fish/1", "").statusCode());
    }

    @Test
    void anotherHostReadsOnlyWithThePassword() {
        InetSocketAddress elsewhere = new InetSocketAddress(address(), 1);
        AdminAccess open = new AdminAccess(Optional.empty());
        AdminAccess guarded = new AdminAccess(Optional.of("xyzzy"));
        assertEquals(403, open.refusal(elsewhere, false, null).orElseThrow().status());
        assertEquals(401, guarded.refusal(elsewhere, false, null).orElseThrow().status());
        assertEquals(Optional.empty(), guarded.refusal(elsewhere, false, basic("admin:xyzzy")));
    }

    private static InetAddress address() {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void start(Optional<String> password) throws IOException {
        server = Optional.of(AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new AdminAccess(password),
                Map.of("/fish", new Fish(), "/health", () -> AdminAnswer.plain(200, "ready"))));
    }

    private static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> send(String method, String path, String body, String... authorization)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + server.orElseThrow().address().getPort() + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (authorization.length > 0 && !authorization[0].isEmpty()) {
            request.header("Authorization", authorization[0]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A number of fish that can be changed. */
    private static final class Fish implements AdminPage {

        private volatile int number = 20;

        @Override
        public AdminAnswer get() {
            return AdminAnswer.plain(200, number + " fish");
        }

        @Override
        public AdminAnswer put(String body) {
            try {
                number = Integer.parseInt(body);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("fish \"" + body + "\": is not a number", e);
            }
            return get();
        }
    }
}
