package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keepsake.balancer.rotation.AdminState;

class OwnAnswersTest {
    @TempDir
    Path folder;

    private static BalancerConfig watched() {
        return Balancers.config().withMonitorUri(Optional.of("/alive"));
    }

    @Test
    void showsTheOperatorsPageInPlaceOfItsOwn() throws IOException {
        Path page = Files.writeString(folder.resolve("50x.html"), "<h1>Back soon \u2013 sorry</h1>");
        BalancerConfig config = Balancers.config().withErrorPages(Map.of(502, page, 503, page));
        try (Balancer balancer = Balancers.start(config, Balancers.upstream("A", Balancers.nobody()));
                RawClient client = new RawClient(balancer.address())) {
            RawClient.Response response = client.get("/");
            assertEquals(502, response.status());
            assertEquals("text/html", response.header("Content-Type"));
            assertEquals(Files.readString(page), new String(response.bytes(), java.nio.charset.StandardCharsets.UTF_8));
            assertNotNull(response.header("Retry-After"));
            RawClient.Response other =
                    client.send("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n").response();
            assertEquals(405, other.status());
            assertTrue(other.body().startsWith("405 Method Not Allowed"), other.body());
        }
    }

    @Test
    void leavesTheErrorsOfUpstreamsAlone() throws IOException {
        Path page = Files.writeString(folder.resolve("50x.html"), "ours");
        try (FakeBackend backend = FakeBackend.start(
                        (request, wire) -> wire.send("HTTP/1.1 503 Busy\r\nContent-Length: 6\r\n\r\ntheirs"));
                Balancer balancer =
                        Balancers.start(Balancers.config().withErrorPages(Map.of(503, page)), backend.upstream("A"));
                RawClient client = new RawClient(balancer.address())) {
            assertEquals("theirs", client.get("/").body());
        }
    }

    @Test
    void doesNotStartWithoutThePage() {
        Path missing = folder.resolve("missing.html");
        BalancerConfig config = Balancers.config().withErrorPages(Map.of(503, missing));
        assertEquals(
                "error-page: " + missing + ": there is no such file",
                assertThrows(IOException.class, () -> Balancers.start(config).close())
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> Balancers.config().withErrorPages(Map.of(200, missing)));
    }

    @Test
    void tellsWhoWatchesItWhetherItCanServe() throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(watched(), backend.upstream("A"));
                RawClient client = new RawClient(balancer.address())) {
            assertEquals(200, client.get("/alive").status());
            assertEquals("hello", client.get("/alive/and/more").body());
            assertEquals(1, backend.requests().size());
            assertTrue(balancer.change("A", OptionalInt.empty(), Optional.of(AdminState.MAINT)));
            assertEquals(503, client.get("/alive").status());
            assertTrue(balancer.change("A", OptionalInt.empty(), Optional.of(AdminState.READY)));
            assertEquals(200, client.get("/alive").status());
        }
    }

    @Test
    void isNotWellWithoutAnyUpstream() throws IOException {
        try (Balancer balancer = Balancers.start(watched());
                RawClient client = new RawClient(balancer.address())) {
            assertEquals(503, client.get("/alive").status());
        }
        assertThrows(IllegalArgumentException.class, () -> Balancers.config().withMonitorUri(Optional.of("alive")));
    }
}
