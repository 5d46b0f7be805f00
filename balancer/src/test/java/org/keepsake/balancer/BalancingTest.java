package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.keepsake.balancer.rotation.AdminState;
import org.keepsake.balancer.rotation.Algorithm;
import org.keepsake.balancer.rotation.RotationSettings;
import org.keepsake.balancer.rotation.UpstreamPool;
import org.keepsake.balancer.rotation.UpstreamStatus;

/** Limits, health checks, hashes and what an operator changes, with requests on real connections. */
// Text blocks end their lines without CR, and here every byte counts.
@SuppressWarnings("StringConcatToTextBlock")
final class BalancingTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: site\r\n\r\n";
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(100);

    private static BalancerConfig with(RotationSettings rotation) {
        return Balancers.config().withRotation(rotation);
    }

    private static BalancerConfig limited(int conns, Duration queueTimeout) {
        return with(RotationSettings.defaults().withLimit(conns, queueTimeout));
    }

    private static BalancerConfig hashing(String algorithm) {
        return with(RotationSettings.defaults().withAlgorithm(Algorithm.parse(algorithm)));
    }

    private static BalancerConfig checking() {
        return Balancers.config()
                .withHealth(Optional.of(new HealthSettings("/health", Duration.ofMillis(50), 2, 3, SHORT)));
    }

    private static String by(RawClient client, String request) throws IOException {
        RawClient.Response response = client.send(request).response();
        assertEquals(200, response.status());
        return String.valueOf(response.header("X-Keepsake-Upstream"));
    }

    // ---- limits ----

    @Test
    void neverGivesABackendMoreThanItsLimit() throws IOException {
        AtomicInteger active = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        FakeBackend.Script counting = (request, wire) -> {
            most.accumulateAndGet(active.incrementAndGet(), Math::max);
            active.decrementAndGet();
            wire.ok("ok");
        };
        try (FakeBackend backend = FakeBackend.start(counting);
                Balancer balancer = Balancers.start(limited(3, LONG), backend.upstream("A"));
                Crowd crowd = new Crowd(balancer, GET)) {
            crowd.awaitMore(5000);
            crowd.check();
            assertTrue(most.get() <= 3, "at one time " + most);
            Balancers.eventually(
                    "all have left", () -> balancer.upstreams().get(0).active() == 0 && balancer.waiting() == 0);
        }
    }

    @Test
    void answers503WhenAllStayFull() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (FakeBackend backend = FakeBackend.start(FakeBackend.after(end, "ok"));
                Balancer balancer = Balancers.start(limited(1, SHORT), backend.upstream("A"));
                RawClient first = new RawClient(balancer.address());
                RawClient second = new RawClient(balancer.address())) {
            first.send(GET);
            Balancers.eventually("the backend is busy", () -> backend.requests().size() == 1);
            RawClient.Response refused = second.send(GET).response();
            assertEquals(503, refused.status());
            assertNotNull(refused.header("Retry-After"));
            assertTrue(refused.body().contains("busy"), refused.body());
            end.countDown();
            assertEquals(200, first.response().status());
            assertEquals(200, second.send(GET).response().status());
        }
    }

    @Test
    void letsASessionWaitForItsOwnBackendAndThenGoElsewhere() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        FakeBackend.Script slow = (request, wire) -> {
            if (request.target().equals("/slow")) {
                FakeBackend.await(end);
            }
            wire.ok("ok");
        };
        String own = "GET / HTTP/1.1\r\nHost: site\r\nCookie: JSESSIONID=x.A\r\n\r\n";
        try (FakeBackend a = FakeBackend.start(slow);
                FakeBackend b = FakeBackend.saying("b");
                Balancer balancer = Balancers.start(limited(1, SHORT), a.upstream("A"), b.upstream("B"));
                RawClient first = new RawClient(balancer.address());
                RawClient second = new RawClient(balancer.address())) {
            first.send("GET /slow HTTP/1.1\r\nHost: site\r\nCookie: JSESSIONID=x.A\r\n\r\n");
            Balancers.eventually("A is busy", () -> a.requests().size() == 1);
            second.send(own);
            Balancers.eventually("it waits", () -> balancer.waiting() == 1);
            assertEquals(0, b.requests().size());
            assertEquals("B", second.response().header("X-Keepsake-Upstream"));
            end.countDown();
            assertEquals(200, first.response().status());
            assertEquals("A", by(second, own));
        }
    }

    @Test
    void leavesTheQueueWhenTheClientGoes() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (FakeBackend backend = FakeBackend.start(FakeBackend.after(end, "ok"));
                Balancer balancer = Balancers.start(limited(1, LONG), backend.upstream("A"));
                RawClient first = new RawClient(balancer.address())) {
            first.send(GET);
            Balancers.eventually("the backend is busy", () -> backend.requests().size() == 1);
            try (RawClient second = new RawClient(balancer.address())) {
                second.send(GET);
                Balancers.eventually("it waits", () -> balancer.waiting() == 1);
            }
            Balancers.eventually("it waits no longer", () -> balancer.waiting() == 0);
            end.countDown();
            assertEquals(200, first.response().status());
            assertEquals(1, backend.requests().size());
            assertEquals(200, first.get("/").status());
        }
    }

    @Test
    void countsRightAfterFailuresOfEveryKind() throws IOException {
        AtomicInteger count = new AtomicInteger();
        FakeBackend.Script failing = (request, wire) -> {
            switch (count.incrementAndGet() % 5) {
                case 0 -> wire.reset();
                case 1 -> wire.close();
                case 2 -> {
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                    wire.close();
                }
                case 3 -> {
                    wire.send("HTTP/1.1 two hundred\r\n\r\n");
                    wire.close();
                }
                default -> wire.ok("ok");
            }
        };
        RotationSettings settings = RotationSettings.defaults()
                .withHealth(0, Duration.ofSeconds(10))
                .withLimit(2, LONG);
        try (FakeBackend backend = FakeBackend.start(failing);
                Balancer balancer = Balancers.start(
                        with(settings), backend.upstream("A"), Balancers.upstream("B", Balancers.nobody()))) {
            for (int i = 0; i < 100; i++) {
                try (RawClient client = new RawClient(balancer.address())) {
                    client.send(i % 2 == 0 ? GET : "POST / HTTP/1.1\r\nHost: site\r\nContent-Length: 3\r\n\r\nabc");
                    try {
                        client.response();
                    } catch (IOException e) {
                        // Broken off, as it was to the balancer.
                    }
                }
            }
            Balancers.eventually(
                    "all have left", () -> balancer.upstreams().stream().allMatch(upstream -> upstream.active() == 0));
            assertEquals(0, balancer.waiting());
        }
    }

    // ---- health checks ----

    @Test
    void leavesOutABackendThatFailsItsHealthChecksUntilItPassesThemAgain() throws IOException {
        AtomicBoolean well = new AtomicBoolean(true);
        FakeBackend.Script checked = (request, wire) -> {
            if (request.target().equals("/health") && !well.get()) {
                wire.send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
            } else {
                wire.ok("ok");
            }
        };
        try (FakeBackend a = FakeBackend.start(checked);
                FakeBackend b = FakeBackend.saying("b");
                Balancer balancer = Balancers.start(checking(), a.upstream("A"), b.upstream("B"));
                Crowd crowd = new Crowd(balancer, GET)) {
            crowd.awaitMore(200);
            well.set(false);
            Balancers.eventually("A is out", () -> !balancer.upstreams().get(0).up());
            assertEquals("Keepsake-health-check", health(a).header("User-Agent"));
            long before = balancer.upstreams().get(0).requests();
            crowd.awaitMore(500);
            assertEquals(before, balancer.upstreams().get(0).requests());
            well.set(true);
            Balancers.eventually("A is back", () -> balancer.upstreams().get(0).requests() > before + 10);
            crowd.check();
        }
    }

    private static FakeBackend.Request health(FakeBackend backend) {
        return backend.requests().stream()
                .filter(request -> request.target().equals("/health"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void leavesOutABackendThatIsFrozenOrGoneBeforeAnybodyAsksIt() throws IOException {
        try (FakeBackend frozen = FakeBackend.start((request, wire) -> wire.hang());
                FakeBackend b = FakeBackend.saying("b");
                Balancer balancer = Balancers.start(
                        checking(),
                        frozen.upstream("A"),
                        Balancers.upstream("C", Balancers.nobody()),
                        b.upstream("B"));
                RawClient client = new RawClient(balancer.address())) {
            Balancers.eventually(
                    "A and C are out",
                    () -> balancer.upstreams().stream()
                                    .filter(UpstreamStatus::up)
                                    .count()
                            == 1);
            for (int i = 0; i < 10; i++) {
                assertEquals("B", by(client, GET));
            }
            assertEquals(0, balancer.upstreams().get(0).requests());
            balancer.update(new UpstreamPool(2, List.of(frozen.upstream("A"))));
            assertEquals(503, client.send(GET).response().status());
        }
    }

    // ---- hashes ----

    @Test
    void sendsOnePathToOneBackendWhateverItsQueryAndSession() throws IOException {
        try (FakeBackend a = FakeBackend.saying("a");
                FakeBackend b = FakeBackend.saying("b");
                Balancer balancer = Balancers.start(hashing("uri-hash"), a.upstream("A"), b.upstream("B"));
                RawClient client = new RawClient(balancer.address())) {
            Set<String> seen = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < 30; i++) {
                String path = "/item/" + i;
                String owner = by(client, "GET " + path + " HTTP/1.1\r\nHost: site\r\n\r\n");
                seen.add(owner);
                assertEquals(owner, by(client, "GET " + path + "?page=2 HTTP/1.1\r\nHost: site\r\n\r\n"));
                assertEquals(owner, by(client, "GET " + path + ";jsessionid=" + i + " HTTP/1.1\r\nHost: site\r\n\r\n"));
            }
            assertEquals(Set.of("A", "B"), seen);
        }
    }

    @Test
    void believesATrustedProxyWhoTheClientIs() throws IOException {
        BalancerConfig trusting = hashing("ip-hash").withTrustedProxies(List.of("127.0.0.1", "10.0.0.0/8"));
        assertEquals(Set.of("A", "B"), ownersOfClients(trusting, "%s, 10.1.2.3"));
        // What is left of an address that is not trusted may be made up.
        assertEquals(1, ownersOfClients(trusting, "%s, 192.0.2.7, 10.1.2.3").size());
        assertEquals(1, ownersOfClients(hashing("ip-hash"), "%s").size());
    }

    private static Set<String> ownersOfClients(BalancerConfig config, String forwarded) throws IOException {
        Set<String> owners = ConcurrentHashMap.newKeySet();
        try (FakeBackend a = FakeBackend.startAt(Balancers.nobody(), (request, wire) -> wire.ok("a"));
                FakeBackend b = FakeBackend.saying("b");
                Balancer balancer = Balancers.start(config, a.upstream("A"), b.upstream("B"));
                RawClient client = new RawClient(balancer.address())) {
            for (int i = 0; i < 30; i++) {
                String address = "192.0.2." + (100 + i);
                owners.add(by(
                        client,
                        "GET / HTTP/1.1\r\nHost: site\r\nX-Forwarded-For: " + forwarded.formatted(address)
                                + "\r\n\r\n"));
            }
        }
        return owners;
    }

    @Test
    void sendsOneValueOfACookieToOneBackend() throws IOException {
        try (FakeBackend a = FakeBackend.saying("a");
                FakeBackend b = FakeBackend.saying("b");
                Balancer balancer = Balancers.start(hashing("cookie-hash:user"), a.upstream("A"), b.upstream("B"));
                RawClient client = new RawClient(balancer.address())) {
            Set<String> seen = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < 30; i++) {
                String request = "GET / HTTP/1.1\r\nHost: site\r\nCookie: x=y; user=u" + i + "\r\n\r\n";
                String owner = by(client, request);
                seen.add(owner);
                assertEquals(owner, by(client, request));
            }
            assertEquals(Set.of("A", "B"), seen);
            assertNotEquals(by(client, GET), by(client, GET), "without the cookie they take turns");
        }
    }

    // ---- the balancer's own cookie ----

    private static String cookie(RawClient.Response response) {
        String set = response.header("Set-Cookie");
        assertNotNull(set);
        assertTrue(set.matches("STUCK=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Lax"), set);
        return "GET / HTTP/1.1\r\nHost: site\r\nCookie: a=b; " + set.substring(0, set.indexOf(';')) + "\r\n\r\n";
    }

    @Test
    void bindsAClientToABackendByACookie() throws IOException {
        BalancerConfig config = Balancers.config().withStickiness(Stickiness.parse("cookie:STUCK"));
        try (FakeBackend a = FakeBackend.saying("a");
                FakeBackend b = FakeBackend.saying("b");
                Balancer balancer = Balancers.start(config, a.upstream("A"), b.upstream("B"));
                RawClient client = new RawClient(balancer.address())) {
            RawClient.Response first = client.send(GET).response();
            String bound = cookie(first);
            for (int i = 0; i < 5; i++) {
                RawClient.Response next = client.send(bound).response();
                assertEquals(first.header("X-Keepsake-Upstream"), next.header("X-Keepsake-Upstream"));
                assertNull(next.header("Set-Cookie"));
            }
            (first.body().equals("a") ? a : b).kill();
            RawClient.Response elsewhere = client.send(bound).response();
            assertNotEquals(first.body(), elsewhere.body());
            assertNotEquals(bound, cookie(elsewhere));
            assertNotNull(client.send("GET / HTTP/1.1\r\nHost: site\r\nCookie: STUCK=A\r\n\r\n")
                    .response()
                    .header("Set-Cookie"));
        }
    }

    @Test
    void knowsTheCookiesOfABalancerWithTheSameSecret() throws IOException {
        BalancerConfig config = Balancers.config().withStickiness(Stickiness.parse("cookie:STUCK"));
        BalancerConfig shared = config.withStickinessSecret("one for both");
        try (FakeBackend a = FakeBackend.saying("a");
                FakeBackend b = FakeBackend.saying("b");
                Balancer one = Balancers.start(shared, a.upstream("A"), b.upstream("B"));
                Balancer two = Balancers.start(shared, b.upstream("B"), a.upstream("A"));
                Balancer other = Balancers.start(config, a.upstream("A"), b.upstream("B"));
                RawClient client = new RawClient(one.address());
                RawClient second = new RawClient(two.address());
                RawClient third = new RawClient(other.address())) {
            RawClient.Response first = client.send(GET).response();
            String bound = cookie(first);
            for (int i = 0; i < 3; i++) {
                assertEquals(first.body(), second.send(bound).response().body());
            }
            assertNotNull(third.send(bound).response().header("Set-Cookie"));
        }
    }

    @Test
    void marksItsCookieAsSecureWhenTheClientSpeaksHttps() throws IOException {
        BalancerConfig config =
                Balancers.config().withStickiness(Stickiness.parse("cookie")).withTrustedProxies(List.of("127.0.0.1"));
        try (FakeBackend a = FakeBackend.saying("a");
                Balancer balancer = Balancers.start(config, a.upstream("A"));
                RawClient client = new RawClient(balancer.address())) {
            String set = client.send("GET / HTTP/1.1\r\nHost: site\r\nX-Forwarded-Proto: https\r\n\r\n")
                    .response()
                    .header("Set-Cookie");
            assertTrue(set != null && set.startsWith("KEEPSAKE=") && set.endsWith("; Secure"), String.valueOf(set));
        }
    }

    // ---- what an operator changes ----

    @Test
    void drainsABackendUnderLoadWithoutAnError() throws IOException {
        try (FakeBackend a = FakeBackend.saying("a");
                FakeBackend b = FakeBackend.saying("b");
                Balancer balancer = Balancers.start(a, b);
                Crowd crowd = new Crowd(balancer, GET)) {
            crowd.awaitMore(500);
            assertTrue(balancer.change("A", OptionalInt.empty(), Optional.of(AdminState.DRAIN)));
            Balancers.eventually("A is idle", () -> balancer.upstreams().get(0).active() == 0);
            long before = balancer.upstreams().get(0).requests();
            crowd.awaitMore(500);
            assertEquals(before, balancer.upstreams().get(0).requests());
            balancer.change("A", OptionalInt.empty(), Optional.of(AdminState.READY));
            crowd.awaitMore(500);
            crowd.check();
            assertTrue(balancer.upstreams().get(0).requests() > before + 100);
        }
    }
}
