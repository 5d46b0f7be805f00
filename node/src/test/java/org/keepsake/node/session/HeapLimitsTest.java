package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.settings.HeapSettings;
import org.keepsake.node.session.settings.SessionManagerKind;
import org.keepsake.node.session.view.Peers;

/** How many sessions may begin on a node and how many its heap keeps, and what is counted of it. */
class HeapLimitsTest {

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static SessionSettings settings(String node) {
        return SessionSettings.defaults(node).with(SessionManagerKind.STANDARD);
    }

    private TestNode node(SessionSettings settings, MemcachedNodes stores) {
        TestNode node = new TestNode(settings, stores, Peers.NONE)
                .page("/set", (request, response) -> {
                    HttpSession session = request.getSession();
                    session.setAttribute("x", request.getParameter("v"));
                    response.getWriter().print("set");
                })
                .page("/try", (request, response) -> {
                    try {
                        response.getWriter().print(request.getSession().getId());
                    } catch (TooManyActiveSessions e) {
                        response.getWriter().print(e.getMessage());
                    }
                })
                .page("/get", (request, response) -> {
                    HttpSession session = request.getSession(false);
                    response.getWriter().print(session == null ? "no session" : session.getAttribute("x"));
                })
                .page("/end", (request, response) -> request.getSession().invalidate());
        open.add(0, node);
        return node;
    }

    private TestNode withStores(SessionSettings settings) {
        RealMemcached m1 = RealMemcached.start("m1");
        RealMemcached m2 = RealMemcached.start("m2");
        open.add(m1);
        open.add(m2);
        return node(settings, new MemcachedNodes(1, List.of(m1.node(), m2.node())));
    }

    private static String get(Browser browser, TestNode node) {
        return browser.get(node.at("/app/get")).body();
    }

    @Test
    void refusesANewSessionBeyondTheLimitAndServesThoseThereAre() {
        TestNode node = node(settings("A").with(new HeapSettings(2, 1)), new MemcachedNodes(1, List.of()));
        Browser first = new Browser();
        first.get(node.at("/app/set?v=1"));
        new Browser().get(node.at("/app/set?v=2"));
        Browser third = new Browser();
        assertEquals(
                "no new session: this node has as many as --max-active-sessions=2 allows",
                third.get(node.at("/app/try")).body());
        assertEquals("", third.cookie());
        assertEquals(500, third.get(node.at("/app/set?v=3")).statusCode());
        assertEquals("1", get(first, node));
        assertEquals(2, node.statistics().rejected());
        assertEquals(0, node.statistics().unavailable());
        assertEquals(2, node.statistics().created());
        first.get(node.at("/app/end"));
        assertEquals("set", third.get(node.at("/app/set?v=3")).body());
    }

    @Test
    void countsNothingAndTellsNothingWhenNothingIsToBeCounted() {
        TestNode silent = withStores(SessionSettings.defaults("A").withStatistics(false));
        Browser browser = new Browser();
        browser.get(silent.at("/app/set?v=1"));
        assertEquals("1", get(browser, silent));
        assertEquals(List.of(), silent.allStatistics());
    }

    @Test
    void letsGoOfThoseUsedLongestAgoAndFindsThemInTheStores() {
        TestNode node = withStores(
                SessionSettings.defaults("A").withSticky(true).with(new HeapSettings(HeapSettings.UNLIMITED, 2)));
        List<Browser> browsers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Browser browser = new Browser();
            browser.get(node.at("/app/set?v=" + i));
            browsers.add(browser);
        }
        Waiting.until("three were let go of", () -> node.statistics().active() == 2);
        long loaded = node.statistics().loaded();
        assertEquals("4", get(browsers.get(4), node));
        assertEquals("3", get(browsers.get(3), node));
        assertEquals(loaded, node.statistics().loaded());
        for (int i = 0; i < 5; i++) {
            assertEquals(Integer.toString(i), get(browsers.get(i), node));
        }
        assertTrue(node.statistics().released() >= 3);
    }

    @Test
    void letsGoOfWhatWasNotUsedForLongHoweverFewThereAre() {
        TestNode node = withStores(idleSwap(10, Optional.empty(), Optional.of(Duration.ofMillis(300))));
        Browser browser = new Browser();
        browser.get(node.at("/app/set?v=1"));
        assertEquals(1, node.statistics().active());
        Waiting.until("it was let go of", () -> node.statistics().active() == 0);
        assertEquals(1, node.statistics().released());
        assertEquals("1", get(browser, node));
        assertEquals(1, node.statistics().active());
    }

    @Test
    void keepsWhatOnlyThisNodeHasHoweverLongItIsUnused() throws Exception {
        TestNode node = withStores(idleSwap(1, Optional.empty(), Optional.of(Duration.ZERO)));
        CountDownLatch inUse = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        node.page("/object", (request, response) -> request.getSession().setAttribute("x", new Object()))
                .page("/slow", (request, response) -> {
                    request.getSession().setAttribute("x", "slow");
                    inUse.countDown();
                    TestNode.await(goOn);
                });
        Browser withObject = new Browser();
        withObject.get(node.at("/app/object"));
        Browser slow = new Browser();
        Thread request = new Thread(() -> slow.get(node.at("/app/slow")));
        request.start();
        inUse.await();
        new Browser().get(node.at("/app/set?v=other"));
        Waiting.until("the other was let go of", () -> node.statistics().released() == 1);
        node.sweep();
        assertEquals(2, node.statistics().active());
        goOn.countDown();
        request.join();
        assertTrue(get(withObject, node).startsWith("java.lang.Object@"));
        assertEquals("slow", get(slow, node));
    }

    @Test
    void beyondTheLimitKeepsWhatWasUsedLately() {
        TestNode node = withStores(idleSwap(1, Optional.of(Duration.ofHours(1)), Optional.empty()));
        for (int i = 0; i < 3; i++) {
            new Browser().get(node.at("/app/set?v=" + i));
        }
        node.sweep();
        assertEquals(3, node.statistics().active());
        assertEquals(0, node.statistics().released());
    }

    @Test
    void beyondTheLimitLetsGoOfWhatWasNotUsedForTheLeastTime() {
        TestNode node = withStores(idleSwap(1, Optional.of(Duration.ofMillis(300)), Optional.empty()));
        for (int i = 0; i < 3; i++) {
            new Browser().get(node.at("/app/set?v=" + i));
        }
        Waiting.until("two were let go of", () -> node.statistics().active() == 1);
    }

    private static SessionSettings idleSwap(int kept, Optional<Duration> min, Optional<Duration> max) {
        return SessionSettings.defaults("A")
                .withSticky(true)
                .with(new HeapSettings(HeapSettings.UNLIMITED, kept).withIdleSwap(min, max));
    }

    @Test
    void showsWhatAnApplicationWroteIntoASessionTheHeapHadLetGoOf() throws Exception {
        TestNode node = withStores(
                SessionSettings.defaults("A").withSticky(true).with(new HeapSettings(HeapSettings.UNLIMITED, 1)));
        List<HttpSession> kept = new ArrayList<>();
        node.page("/keep", (request, response) -> kept.add(request.getSession()));
        Browser browser = new Browser();
        browser.get(node.at("/app/set?v=1"));
        browser.get(node.at("/app/keep"));
        Thread.sleep(5);
        new Browser().get(node.at("/app/set?v=other"));
        Waiting.until("one was let go of", () -> node.statistics().active() == 1);
        assertEquals("1", get(browser, node));
        CountDownLatch written = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            kept.get(0).setAttribute("x", "2");
            written.countDown();
        });
        thread.start();
        written.await();
        assertEquals("2", get(browser, node));
    }
}
