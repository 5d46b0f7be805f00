package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpSession;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.settings.BackupSettings;
import org.keepsake.node.session.settings.LockSettings;
import org.keepsake.node.session.settings.LockSettings.TimeoutAction;
import org.keepsake.node.session.settings.LockingMode;

/** Requests that have their session for themselves, on two nodes over two real stores. */
class LockedSessionsTest {

    private static final Duration EXPIRATION = Duration.ofSeconds(2);

    private final Browser browser = new Browser();
    private final FakePeers cluster = new FakePeers();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);
    private final List<TestNode> nodes = new ArrayList<>();
    private RealMemcached m1;
    private RealMemcached m2;

    @BeforeEach
    void start() {
        m1 = RealMemcached.start("m1");
        m2 = RealMemcached.start("m2");
    }

    @AfterEach
    void stop() {
        leave.countDown();
        nodes.forEach(TestNode::close);
        m1.close();
        m2.close();
    }

    private TestNode node(String name, String mode, TimeoutAction action, Duration patience) {
        SessionSettings settings = SessionSettings.defaults(name)
                .with(new LockSettings(LockingMode.parse(mode), EXPIRATION, action))
                .with(BackupSettings.defaults().withTimeout(patience));
        TestNode node = new TestNode(settings, new MemcachedNodes(1, List.of(m1.node(), m2.node())), cluster.join())
                .page("/count", (request, response) -> response.getWriter().print(count(request.getSession())))
                .page("/get", (request, response) -> {
                    HttpSession session = request.getSession(false);
                    response.getWriter().print(session == null ? "no session" : session.getAttribute("count"));
                })
                .page("/slow", (request, response) -> {
                    HttpSession session = request.getSession();
                    Object before = session.getAttribute("count");
                    entered.countDown();
                    await(leave);
                    session.setAttribute("count", before instanceof Integer number ? number + 1 : 1);
                });
        nodes.add(node);
        return node;
    }

    private TestNode node(String name, String mode) {
        return node(name, mode, TimeoutAction.FAIL, Duration.ofSeconds(20));
    }

    private static int count(HttpSession session) {
        int next = session.getAttribute("count") instanceof Integer before ? before + 1 : 1;
        session.setAttribute("count", next);
        return next;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String get(TestNode node) {
        return browser.get(node.at("/app/get")).body();
    }

    @Test
    void countsExactlyWhenFiftyRequestsComeAtOnceToTwoNodes() {
        TestNode a = node("A", "all");
        TestNode b = node("B", "all");
        browser.get(a.at("/app/count"));
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 1; i < 50; i++) {
            answers.add(browser.start((i % 2 == 0 ? a : b).at("/app/count")));
        }
        answers.forEach(answer -> assertEquals(200, answer.join().statusCode()));
        assertEquals("50", get(a));
        assertEquals("50", get(b));
        assertTrue(a.statistics().lockWaits() + b.statistics().lockWaits() > 0);
        assertEquals(0, a.statistics().locksLost() + b.statistics().locksLost());
        assertEquals(0, a.statistics().locksAbandoned() + b.statistics().locksAbandoned());
    }

    @Test
    void locksOnlyWhatThePatternNames() {
        TestNode a = node("A", "uriPattern:GET /app/count.*", TimeoutAction.FAIL, Duration.ofMillis(500));
        browser.get(a.at("/app/count"));
        lock("C", 60);
        assertEquals("1", get(a));
        assertEquals(503, browser.get(a.at("/app/count")).statusCode());
        assertEquals(1, a.statistics().lockTimeouts());
        assertEquals(1, a.statistics().unavailable());
    }

    @Test
    void learnsWhichRequestsOnlyRead() {
        TestNode a = node("A", "auto", TimeoutAction.FAIL, Duration.ofMillis(500));
        browser.get(a.at("/app/count"));
        assertEquals("1", get(a));
        Waiting.until("the request is over and learnt from", () -> {
            lock("C", 60);
            HttpResponse<String> answer = browser.get(a.at("/app/get"));
            return answer.statusCode() == 200;
        });
        assertEquals(503, browser.get(a.at("/app/count")).statusCode());
    }

    @Test
    void waitsForTheLockOfADeadNodeUntilItsLifetimeIsOver() {
        TestNode a = node("A", "all");
        browser.get(a.at("/app/count"));
        lock("C", 2);
        assertEquals("2", browser.get(a.at("/app/count")).body());
        assertEquals(1, a.statistics().locksAbandoned());
        assertEquals(1, a.statistics().lockWaits());
    }

    @Test
    void keepsTheLockOfALongRequestAlive() {
        TestNode a = node("A", "all");
        TestNode b = node("B", "all", TimeoutAction.FAIL, EXPIRATION.multipliedBy(2));
        browser.get(a.at("/app/count"));
        CompletableFuture<HttpResponse<String>> slow = browser.start(a.at("/app/slow"));
        await(entered);
        assertEquals(503, browser.get(b.at("/app/count")).statusCode());
        leave.countDown();
        assertEquals(200, slow.join().statusCode());
        assertEquals("3", browser.get(b.at("/app/count")).body());
        assertEquals(0, a.statistics().locksLost());
    }

    @Test
    void refusesAWriteThatAnotherOneOvertookAfterTheLockWasLost() {
        TestNode a = node("A", "all");
        TestNode b = node("B", "all");
        browser.get(a.at("/app/count"));
        CompletableFuture<HttpResponse<String>> slow = browser.start(a.at("/app/slow"));
        await(entered);
        lock("C", -1);
        assertEquals("2", browser.get(b.at("/app/count")).body());
        leave.countDown();
        assertEquals(503, slow.join().statusCode());
        assertEquals("2", get(a));
        assertEquals(1, a.statistics().conflicts());
        Waiting.until("the loss is counted", () -> a.statistics().locksLost() == 1);
    }

    @Test
    void servesWithoutALockWhereThatIsWished() {
        TestNode a = node("A", "all", TimeoutAction.PROCEED, Duration.ofMillis(500));
        browser.get(a.at("/app/count"));
        lock("C", 60);
        assertEquals("2", browser.get(a.at("/app/count")).body());
        assertEquals(1, a.statistics().lockTimeouts());
    }

    /** Somebody else has the lock for so many seconds; less than none takes it away. */
    private void lock(String node, int seconds) {
        long then = System.currentTimeMillis() - EXPIRATION.toMillis();
        byte[] value = "0123456789abcdef %s %d %d"
                .formatted(node, then, EXPIRATION.toMillis())
                .getBytes(StandardCharsets.US_ASCII);
        RealMemcached home = browser.id().endsWith("m1") ? m1 : m2;
        home.put("l:/app:" + browser.id(), value, seconds);
    }
}
