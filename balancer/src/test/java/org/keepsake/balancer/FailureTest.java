package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keepsake.balancer.listen.ClientTimeouts;
import org.keepsake.balancer.listen.ListenSettings;
import org.keepsake.balancer.rotation.Upstream;
import org.keepsake.balancer.rotation.UpstreamPool;

/** Upstreams that are down, frozen or broken, and what is tried again where. */
// Text blocks end their lines without CR, and here every byte counts.
@SuppressWarnings("StringConcatToTextBlock")
final class FailureTest {
    private static final FakeBackend.Script HANG = (request, wire) -> wire.hang();
    private static final FakeBackend.Script RESET = (request, wire) -> wire.reset();

    private static String request(String method) {
        return method + " / HTTP/1.1\r\nHost: site\r\n"
                + (method.startsWith("P") ? "Content-Length: 3\r\n\r\nabc" : "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "POST", "PATCH"})
    void triesAnotherWhenAConnectionIsRefusedWhateverTheMethod(String method) throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(
                        Balancers.config(), Balancers.upstream("A", Balancers.nobody()), backend.upstream("B"));
                RawClient client = new RawClient(balancer.address())) {
            RawClient.Response response = client.send(request(method)).response(method);
            assertEquals(200, response.status());
            assertEquals("B", response.header("X-Keepsake-Upstream"));
            assertEquals(1, backend.requests().size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
    void triesAnotherAfterAResetWhenDoingItTwiceIsDoingItOnce(String method) throws IOException {
        try (FakeBackend broken = FakeBackend.start(RESET);
                FakeBackend backend = FakeBackend.start((request, wire) -> wire.ok("got " + request.body()));
                Balancer balancer = Balancers.start(broken, backend);
                RawClient client = new RawClient(balancer.address())) {
            RawClient.Response response = client.send(request(method)).response(method);
            assertEquals(200, response.status());
            assertEquals(1, broken.requests().size());
            if (method.equals("PUT")) {
                assertEquals("got abc", response.body());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH"})
    void sendsOnceWhatMustNotBeDoneTwice(String method) throws IOException {
        try (FakeBackend broken = FakeBackend.start(RESET);
                FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(broken, backend);
                RawClient client = new RawClient(balancer.address())) {
            assertEquals(502, client.send(request(method)).response().status());
            assertEquals(1, broken.requests().size());
            assertEquals(0, backend.requests().size());
            assertEquals(200, client.send(request(method)).response().status());
        }
    }

    @Test
    void sendsABodyThatIsTooLargeToRememberOnce() throws IOException {
        try (FakeBackend broken = FakeBackend.start(RESET);
                FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(broken, backend);
                RawClient client = new RawClient(balancer.address())) {
            int length = 2 * RequestBody.MAX_REPLAY;
            client.send("PUT / HTTP/1.1\r\nHost: site\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length));
            assertEquals(502, client.response().status());
            assertEquals(0, backend.requests().size());
        }
    }

    @Test
    void repeatsAChunkedBodyFromMemory() throws IOException {
        try (FakeBackend broken = FakeBackend.start(RESET);
                FakeBackend backend = FakeBackend.start((request, wire) -> wire.ok(request.body()));
                Balancer balancer = Balancers.start(broken, backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send("PUT / HTTP/1.1\r\nHost: site\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("3\r\nabc\r\n").send("4\r\ndefg\r\n").send("0\r\n\r\n");
            assertEquals("abcdefg", client.response().body());
        }
    }

    @Test
    void answers502WhenNobodyCanBeReached() throws IOException {
        try (Balancer balancer = Balancers.start(
                        Balancers.config(),
                        Balancers.upstream("A", Balancers.nobody()),
                        Balancers.upstream("B", Balancers.nobody()));
                RawClient client = new RawClient(balancer.address())) {
            RawClient.Response response = client.get("/");
            assertEquals(502, response.status());
            assertTrue(response.body().startsWith("502 Bad Gateway\n"));
            // Now both are known to be down; they are asked again nevertheless.
            response = client.get("/");
            assertEquals(503, response.status());
            assertNotNull(response.header("Retry-After"));
        }
    }

    @Test
    void recoversAtOnceWhenEverybodyWasDown() throws IOException {
        InetSocketAddress address = Balancers.nobody();
        try (Balancer balancer = Balancers.start(Balancers.config(), Balancers.upstream("A", address));
                RawClient client = new RawClient(balancer.address())) {
            assertEquals(502, client.get("/").status());
            try (FakeBackend backend = FakeBackend.startAt(address, (request, wire) -> wire.ok("back"))) {
                assertEquals("back", client.get("/").body());
                assertEquals(1, backend.accepted());
            }
        }
    }

    @Test
    void answers503WithoutUpstreams() throws IOException {
        try (Balancer balancer = Balancers.start(Balancers.config());
                RawClient client = new RawClient(balancer.address())) {
            RawClient.Response response = client.send("GET / HTTP/1.1\r\nHost: site\r\nAccept: text/html\r\n\r\n")
                    .response();
            assertEquals(503, response.status());
            assertNotNull(response.header("Retry-After"));
            assertTrue(response.body().startsWith("<!DOCTYPE html>"));
            client.send("POST / HTTP/1.1\r\nHost: site\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(200_000));
            assertEquals(503, client.response().status());
            assertEquals(503, client.get("/").status());
        }
    }

    @Test
    void answers504WhenTheAnswerTakesTooLong() throws IOException {
        try (FakeBackend frozen = FakeBackend.start(HANG);
                Balancer balancer = Balancers.start(
                        Balancers.config().withReadTimeout(Duration.ofMillis(200)), frozen.upstream("A"));
                RawClient client = new RawClient(balancer.address())) {
            assertEquals(504, client.get("/").status());
            Balancers.eventually("upstream connection closed", () -> frozen.openConnections() == 0);
        }
    }

    @Test
    void triesAnotherAfterTheReadTimeout() throws IOException {
        try (FakeBackend frozen = FakeBackend.start(HANG);
                FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(
                        Balancers.config().withReadTimeout(Duration.ofMillis(300)),
                        frozen.upstream("A"),
                        backend.upstream("B"));
                RawClient client = new RawClient(balancer.address())) {
            assertEquals("hello", client.get("/").body());
            assertEquals(1, frozen.requests().size());
            // It is out now, so nobody waits for it any more.
            for (int i = 0; i < 5; i++) {
                assertEquals("hello", client.get("/").body());
            }
            assertEquals(1, frozen.requests().size());
        }
    }

    @Test
    void triesAnotherWhenConnectingTakesTooLong() throws IOException {
        List<Socket> fillers = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                FakeBackend backend = FakeBackend.saying("hello")) {
            InetSocketAddress address = (InetSocketAddress) full.getLocalSocketAddress();
            // Nobody accepts, so the kernel soon drops what knocks: as good as a black hole.
            for (int i = 0; i < 8; i++) {
                java.nio.channels.SocketChannel filler = java.nio.channels.SocketChannel.open();
                filler.configureBlocking(false);
                filler.connect(address);
                fillers.add(filler.socket());
            }
            try (Balancer balancer = Balancers.start(
                            Balancers.config().withConnectTimeout(Duration.ofMillis(300)),
                            Balancers.upstream("A", address),
                            backend.upstream("B"));
                    RawClient client = new RawClient(balancer.address())) {
                assertEquals("hello", client.send(request("POST")).response().body());
            }
        } finally {
            for (Socket filler : fillers) {
                filler.close();
            }
        }
    }

    @Test
    void triesNoMoreUpstreamsThanAllowed() throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(
                        Balancers.config().withMaxTries(2),
                        Balancers.upstream("A", Balancers.nobody()),
                        Balancers.upstream("B", Balancers.nobody()),
                        backend.upstream("C"));
                RawClient client = new RawClient(balancer.address())) {
            assertEquals(502, client.get("/").status());
            assertEquals("hello", client.get("/").body());
        }
    }

    @Test
    void asksBackupsOnlyWhenTheOthersAreDown() throws IOException {
        try (FakeBackend first = FakeBackend.saying("first");
                FakeBackend second = FakeBackend.saying("second");
                Balancer balancer = Balancers.start(
                        Balancers.config(), first.upstream("A"), new Upstream("B", second.address(), "B", 1, true));
                RawClient client = new RawClient(balancer.address())) {
            assertEquals("first", client.get("/").body());
            assertEquals("first", client.get("/").body());
            first.kill();
            assertEquals("second", client.get("/").body());
        }
    }

    @Test
    void keepsASessionOnItsRouteAsLongAsItIsUp() throws IOException {
        try (FakeBackend a = FakeBackend.saying("A");
                FakeBackend b = FakeBackend.saying("B");
                Balancer balancer = Balancers.start(a, b);
                RawClient client = new RawClient(balancer.address())) {
            String sticky =
                    "GET / HTTP/1.1\r\nHost: site\r\nCookie: x=y; JSESSIONID=old.Z; JSESSIONID=abc-m1.B\r\n\r\n";
            for (int i = 0; i < 6; i++) {
                assertEquals("B", client.send(sticky).response().body());
                assertEquals("A", client.get("/p;jsessionid=abc-m1.A?x=1").body());
            }
            b.kill();
            assertEquals("A", client.send(sticky).response().body());
            assertEquals("A", client.get("/p;jsessionid=abc-m1.Z").body());
        }
    }

    @Test
    void ignoresRoutesWithoutStickiness() throws IOException {
        try (FakeBackend a = FakeBackend.saying("A");
                FakeBackend b = FakeBackend.saying("B");
                Balancer balancer = Balancers.start(
                        Balancers.config().withStickiness(Stickiness.NONE), a.upstream("A"), b.upstream("B"));
                RawClient client = new RawClient(balancer.address())) {
            assertEquals("A", client.get("/;jsessionid=x.B").body());
            assertEquals("B", client.get("/;jsessionid=x.B").body());
            assertEquals("A", client.get("/;jsessionid=x.B").body());
        }
    }

    @Test
    void asksAnotherAtOnceWhenAFrozenUpstreamLeavesThePool() throws IOException {
        try (FakeBackend frozen = FakeBackend.start(HANG);
                FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(
                        Balancers.config().withReadTimeout(Duration.ofHours(1)),
                        frozen.upstream("A"),
                        backend.upstream("B"))) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(new RawClient(balancer.address()).send(request("GET")));
            }
            Balancers.eventually("half of them wait", () -> frozen.requests().size() == 10);
            balancer.update(new UpstreamPool(2, List.of(backend.upstream("B"))));
            for (RawClient client : clients) {
                assertEquals("hello", client.response().body());
                client.close();
            }
            assertEquals(20, backend.requests().size());
            Balancers.eventually("connections closed", () -> frozen.openConnections() == 0);
        }
    }

    @Test
    void letsAPostFinishOnAnUpstreamThatHasLeftThePool() throws IOException {
        CountDownLatch left = new CountDownLatch(1);
        try (FakeBackend leaving = FakeBackend.start(FakeBackend.after(left, "done"));
                FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(leaving, backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send(request("POST"));
            Balancers.eventually("it waits", () -> leaving.requests().size() == 1);
            balancer.update(new UpstreamPool(2, List.of(backend.upstream("B"))));
            assertEquals("hello", new RawClient(balancer.address()).get("/").body());
            left.countDown();
            assertEquals("done", client.response().body());
            Balancers.eventually("connection closed", () -> leaving.openConnections() == 0);
        }
    }

    @Test
    void closesIdleConnectionsToUpstreamsThatLeave() throws IOException {
        try (FakeBackend a = FakeBackend.saying("A");
                FakeBackend b = FakeBackend.saying("B");
                Balancer balancer = Balancers.start(a, b);
                RawClient client = new RawClient(balancer.address())) {
            client.get("/");
            client.get("/");
            assertEquals(1, a.openConnections());
            balancer.update(new UpstreamPool(2, List.of(b.upstream("B"))));
            Balancers.eventually("idle connection closed", () -> a.openConnections() == 0);
            assertEquals(1, b.openConnections());
        }
    }

    @Test
    void dropsIdleConnectionsThatTheUpstreamCloses() throws IOException {
        AtomicInteger posts = new AtomicInteger();
        FakeBackend.Script closing = (request, wire) -> {
            posts.incrementAndGet();
            wire.ok("done");
            wire.close();
        };
        try (FakeBackend backend = FakeBackend.start(closing);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            for (int i = 1; i <= 50; i++) {
                assertEquals("done", client.send(request("POST")).response().body());
                int done = i;
                Balancers.eventually("closed", () -> backend.openConnections() == 0 && backend.accepted() == done);
            }
            assertEquals(50, posts.get());
        }
    }

    @Test
    void answersEveryGetThoughConnectionsGoStale() throws IOException {
        AtomicInteger count = new AtomicInteger();
        FakeBackend.Script everyThird = (request, wire) -> {
            wire.ok("ok");
            if (count.incrementAndGet() % 3 == 0) {
                wire.reset();
            }
        };
        try (FakeBackend backend = FakeBackend.start(everyThird);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            for (int i = 0; i < 2000; i++) {
                assertEquals(200, client.get("/").status());
            }
        }
    }

    @Test
    void cancelsTheUpstreamRequestWhenTheClientHangsUp() throws IOException {
        try (FakeBackend frozen = FakeBackend.start(HANG);
                Balancer balancer = Balancers.start(frozen)) {
            for (boolean reset : new boolean[] {true, false}) {
                for (String method : new String[] {"GET", "POST"}) {
                    int before = frozen.requests().size();
                    RawClient client = new RawClient(balancer.address()).send(request(method));
                    Balancers.eventually("it waits", () -> frozen.requests().size() == before + 1);
                    if (reset) {
                        client.reset();
                    } else {
                        client.close();
                    }
                    Balancers.eventually("cancelled", () -> frozen.openConnections() == 0);
                }
            }
        }
    }

    @Test
    void cancelsTheUpstreamRequestWhenTheClientBreaksOffItsBody() throws IOException {
        try (FakeBackend backend = FakeBackend.leavingBodies(HANG);
                Balancer balancer = Balancers.start(backend)) {
            RawClient client = new RawClient(balancer.address())
                    .send("POST / HTTP/1.1\r\nHost: site\r\nContent-Length: 100\r\n\r\nabc");
            Balancers.eventually("it waits", () -> backend.requests().size() == 1);
            client.close();
            Balancers.eventually("cancelled", () -> backend.openConnections() == 0);
        }
    }

    /** A short time for one thing, and more than any test waits for all others. */
    private static ListenSettings hasty(String what) {
        Duration hours = Duration.ofHours(1);
        Duration hasty = Duration.ofMillis(200);
        return ListenSettings.of(Balancers.freePort())
                .withTimeouts(new ClientTimeouts(
                        what.equals("header") ? hasty : hours,
                        what.equals("body") ? hasty : hours,
                        what.equals("send") ? hasty : hours,
                        what.equals("keepalive") ? hasty : hours));
    }

    @Test
    void cutsOffAClientThatDripsTheHead() throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer =
                        Balancers.start(Balancers.config().withListen(hasty("header")), backend.upstream("A"));
                RawClient client = new RawClient(balancer.address())) {
            AtomicInteger sent = new AtomicInteger();
            Balancers.eventually("cut off", () -> {
                try {
                    client.send(sent.getAndIncrement() == 0 ? "GET / HTTP/1.1\r\nX: " : "x");
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
            assertEquals(0, backend.requests().size());
        }
    }

    @Test
    void closesAConnectionThatIsIdle() throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer =
                        Balancers.start(Balancers.config().withListen(hasty("keepalive")), backend.upstream("A"));
                RawClient client = new RawClient(balancer.address())) {
            assertEquals(200, client.get("/").status());
            assertTrue(client.closed());
        }
    }

    @Test
    void answers408WhenTheBodyDoesNotCome() throws IOException {
        try (FakeBackend backend = FakeBackend.leavingBodies(HANG);
                Balancer balancer =
                        Balancers.start(Balancers.config().withListen(hasty("body")), backend.upstream("A"));
                RawClient client = new RawClient(balancer.address())) {
            client.send("POST / HTTP/1.1\r\nHost: site\r\nContent-Length: 100\r\n\r\nabc");
            assertEquals(408, client.response().status());
            assertTrue(client.closed());
            Balancers.eventually("cancelled", () -> backend.openConnections() == 0);
        }
    }

    @Test
    void cutsOffAResponseThatStopsInTheMiddle() throws IOException {
        FakeBackend.Script script = (request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
            wire.hang();
        };
        try (FakeBackend backend = FakeBackend.start(script);
                Balancer balancer = Balancers.start(
                        Balancers.config().withReadTimeout(Duration.ofMillis(200)), backend.upstream("A"));
                RawClient client = new RawClient(balancer.address())) {
            assertThrows(IOException.class, () -> client.get("/"));
            Balancers.eventually("closed", () -> backend.openConnections() == 0);
        }
    }

    @Test
    void aStopCutsOffARequestThatOutlastsTheDrainTimeout() throws IOException {
        try (FakeBackend backend = FakeBackend.start((request, wire) -> wire.hang())) {
            Balancer balancer =
                    Balancers.start(Balancers.config().withDrainTimeout(Duration.ofMillis(200)), backend.upstream("A"));
            try (RawClient client = new RawClient(balancer.address())) {
                client.send(request("GET"));
                Balancers.eventually("it waits", () -> backend.requests().size() == 1);
                balancer.close();
                assertThrows(IOException.class, client::response);
            }
        }
    }

    @Test
    void passesAnAnswerThatComesBeforeTheBodyIsSent() throws IOException {
        FakeBackend.Script early = (request, wire) -> {
            wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");
            wire.in().transferTo(java.io.OutputStream.nullOutputStream());
        };
        try (FakeBackend backend = FakeBackend.leavingBodies(early);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send("POST / HTTP/1.1\r\nHost: site\r\nContent-Length: 500000\r\n\r\nabc");
            assertEquals("big", client.response().body());
            client.send("x".repeat(499_997));
            assertEquals(413, client.get("/").status());
            assertNull(backend.requests().get(0).header("Expect"));
        }
    }

    @Test
    void answers503WhenTheLastUpstreamLeaves() throws IOException {
        try (FakeBackend frozen = FakeBackend.start(HANG);
                Balancer balancer = Balancers.start(frozen);
                RawClient client = new RawClient(balancer.address())) {
            client.send(request("GET"));
            Balancers.eventually("it waits", () -> frozen.requests().size() == 1);
            balancer.update(new UpstreamPool(2, List.of()));
            assertEquals(503, client.response().status());
        }
    }

    @Test
    void cutsOffAClientThatDoesNotRead() throws IOException {
        FakeBackend.Script flood = (request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\n\r\n");
            byte[] block = new byte[100_000];
            while (true) {
                wire.send(block);
            }
        };
        try (FakeBackend backend = FakeBackend.start(flood);
                Balancer balancer =
                        Balancers.start(Balancers.config().withListen(hasty("send")), backend.upstream("A"));
                RawClient client = new RawClient(balancer.address())) {
            client.send(request("GET"));
            Balancers.eventually("it flows", () -> backend.requests().size() == 1);
            Balancers.eventually("cut off", () -> backend.openConnections() == 0);
        }
    }

    @Test
    void saysThatItsPortIsTaken() throws IOException {
        try (Balancer balancer = Balancers.start(Balancers.config())) {
            BalancerConfig same = BalancerConfig.defaults(balancer.address());
            assertThrows(java.net.BindException.class, () -> Balancers.start(same));
        }
    }

    @Test
    void takesAnUpdateAfterTheEndWithoutComplaint() throws IOException {
        try (FakeBackend backend = FakeBackend.saying("hello")) {
            Balancer balancer = Balancers.start(backend);
            try (RawClient client = new RawClient(balancer.address())) {
                client.get("/");
            }
            balancer.close();
            balancer.update(new UpstreamPool(2, List.of()));
            balancer.close();
        }
    }
}
