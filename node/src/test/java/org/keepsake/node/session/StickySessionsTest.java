package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpSession;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keepsake.node.memcached.MemcachedNodes;

/** Two sticky nodes over two real stores: which of them may serve its heap copy unasked. */
class StickySessionsTest {

    private final Browser browser = new Browser();
    private final FakePeers cluster = new FakePeers();
    private RealMemcached m1;
    private RealMemcached m2;
    private TestNode a;
    private TestNode b;

    @BeforeEach
    void start() {
        m1 = RealMemcached.start("m1");
        m2 = RealMemcached.start("m2");
        a = node("A");
        b = node("B");
    }

    private TestNode node(String name) {
        return new TestNode(
                        SessionSettings.defaults(name).withSticky(true),
                        new MemcachedNodes(1, List.of(m1.node(), m2.node())),
                        cluster.join())
                .page("/set", (request, response) -> request.getSession().setAttribute("x", request.getParameter("v")))
                .page("/get", (request, response) -> {
                    HttpSession session = request.getSession(false);
                    response.getWriter().print(session == null ? "no session" : session.getAttribute("x"));
                })
                .page("/short", (request, response) -> request.getSession().setMaxInactiveInterval(1))
                .page("/end", (request, response) -> request.getSession().invalidate());
    }

    @AfterEach
    void stop() {
        for (AutoCloseable each : new AutoCloseable[] {a, b, m1, m2}) {
            if (each != null) {
                try {
                    each.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private String get(TestNode node) {
        return browser.get(node.at("/app/get")).body();
    }

    private void set(TestNode node, String value) {
        assertEquals(200, browser.get(node.at("/app/set?v=" + value)).statusCode());
    }

    @Test
    void servesItsOwnSessionsWithoutReadingThem() {
        set(a, "1");
        long loaded = a.statistics().loaded();
        for (int i = 0; i < 10; i++) {
            assertEquals("1", get(a));
        }
        assertEquals(loaded, a.statistics().loaded());
        assertTrue(a.statistics().trusted() >= 10);
        assertEquals(List.of(), cluster.takeovers());
    }

    @Test
    void showsWhatAnotherNodeWroteAfterAFailBack() {
        set(a, "1");
        set(b, "2");
        assertTrue(browser.cookie().endsWith(".B"), browser.cookie());
        assertEquals("2", get(a));
        set(a, "3");
        assertEquals("3", get(b));
    }

    @Test
    void trustsNoCopyThatAnotherNodeTookOverEvenForAnOldLink() {
        set(a, "1");
        String old = browser.cookie();
        set(b, "2");
        String present = browser.cookie();
        browser.cookie(old);
        assertEquals("2", get(a));
        browser.cookie(present);
        set(b, "3");
        browser.cookie(old);
        assertEquals("3", get(a));
        assertEquals(4, cluster.takeovers().size(), cluster.takeovers().toString());
        browser.cookie(present);
        browser.get(b.at("/app/end"));
        browser.cookie(old);
        assertEquals("no session", get(a));
    }

    @Test
    void showsWhatAnotherNodeSavedAfterThisOneHadFetchedTheSession() {
        set(a, "1");
        String ofA = browser.cookie();
        Browser meanwhile = new Browser();
        b.page("/slow", (request, response) -> {
            HttpSession session = request.getSession();
            assertEquals("1", session.getAttribute("x"));
            meanwhile.cookie(ofA);
            assertEquals("1", meanwhile.get(a.at("/app/get")).body());
            session.setAttribute("x", "2");
        });
        assertEquals(200, browser.get(b.at("/app/slow")).statusCode());
        browser.cookie(ofA);
        assertEquals("2", get(a));
    }

    @Test
    void putsItsSessionsBackWhenAllStoresLostTheirs() {
        set(a, "1");
        Browser other = new Browser();
        other.get(b.at("/app/set?v=2"));
        m1.kill();
        m2.kill();
        m1.startAgain();
        m2.startAgain();
        Waiting.until("the stores are believed again", () -> a.reachesAllStores() && b.reachesAllStores());
        Waiting.until("the one is back", () -> get(b).equals("1"));
        Waiting.until(
                "the other is back", () -> other.get(a.at("/app/get")).body().equals("2"));
    }

    @Test
    void endsNoSessionThatAnotherNodeStillUses() throws Exception {
        set(a, "1");
        browser.get(b.at("/app/short"));
        // B serves a request that lasts longer than the session may be unused; A has a copy that it thinks forgotten.
        assertEquals("1", get(a));
        b.page("/long", (request, response) -> {
            HttpSession session = request.getSession(false);
            try {
                Thread.sleep(6_000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            response.getWriter().print(session.getAttribute("x"));
        });
        assertEquals("1", browser.get(b.at("/app/long")).body());
        assertEquals("1", get(b));
    }

    @Test
    void losesNothingWhenBothNodesWriteInTurnWithOneCookie() {
        set(a, "0");
        String cookie = browser.cookie();
        for (int i = 1; i <= 50; i++) {
            browser.cookie(cookie);
            set(i % 2 == 0 ? a : b, Integer.toString(i));
            browser.cookie(cookie);
            assertEquals(Integer.toString(i), get(i % 3 == 0 ? a : b));
        }
    }
}
