package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpSession;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two sticky nodes over two real stores: which of them may serve its heap copy unasked. */
class StickySessionsTest {

    private final Browser browser = new Browser();
    private TwoStores stores;
    private TestNode a;
    private TestNode b;

    @BeforeEach
    void start() {
        stores = new TwoStores();
        a = node("A");
        b = node("B");
    }

    private TestNode node(String name) {
        return stores.node(SessionSettings.defaults(name).withSticky(true))
                .setsAndGets()
                .page("/short", (request, response) -> request.getSession().setMaxInactiveInterval(1))
                .page("/end", (request, response) -> request.getSession().invalidate());
    }

    @AfterEach
    void stop() {
        if (stores != null) {
            stores.close();
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
        assertEquals(List.of(), stores.cluster.takeovers());
    }

    @Test
    void asksNobodyAboutIdsThatAreMadeUp() {
        Waiting.until("nothing can be kept elsewhere", () -> {
            int asked = stores.cluster.takeovers().size();
            inventId();
            return get(b).equals("no session") && stores.cluster.takeovers().size() == asked;
        });
        int asked = stores.cluster.takeovers().size();
        for (int i = 0; i < 50; i++) {
            inventId();
            assertEquals("no session", get(b));
        }
        assertEquals(asked, stores.cluster.takeovers().size());
        stores.cluster.cutOff();
        Waiting.until("B hears nobody", () -> !b.couldKeepChanges());
        stores.cluster.heal();
        Waiting.until("B asks again", () -> {
            inventId();
            return get(b).equals("no session") && stores.cluster.takeovers().size() > asked;
        });
    }

    private void inventId() {
        browser.cookie(UUID.randomUUID().toString().replace("-", "") + "-m1.A");
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
        assertEquals(
                4, stores.cluster.takeovers().size(), stores.cluster.takeovers().toString());
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
    void fetchesAgainWhatTheOtherSavedUntilItWasTold() {
        set(a, "1");
        Browser meanwhile = new Browser();
        meanwhile.cookie(browser.cookie());
        stores.cluster.beforeTakeover(
                () -> assertEquals(200, meanwhile.get(a.at("/app/set?v=2")).statusCode()));
        assertEquals("2", get(b));
        assertEquals("2", get(b));
    }

    @Test
    void countsATakeoverAsOneUse() {
        b.page(
                "/accessed",
                (request, response) ->
                        response.getWriter().print(request.getSession().getLastAccessedTime()));
        set(a, "1");
        long before = System.currentTimeMillis();
        long shown = Long.parseLong(browser.get(b.at("/app/accessed")).body());
        assertTrue(shown <= before, () -> shown + " is after " + before);
    }

    @Test
    void trustsNothingItFetchedBeforeItWasCutOffAndNothingWhileItIs() {
        set(a, "1");
        String ofA = browser.cookie();
        stores.cluster.part();
        awaitDistrust(a);
        set(b, "2");
        browser.cookie(ofA);
        assertEquals("2", get(a));
        Browser late = new Browser();
        late.cookie(browser.cookie());
        assertEquals(200, late.get(b.at("/app/set?v=3")).statusCode());
        stores.cluster.heal();
        awaitTrust(a);
        browser.cookie(ofA);
        assertEquals("3", get(a));
    }

    @Test
    void doesNotRecoverTheTrustItHadWhenItHearsTheOthersAgain() {
        set(a, "1");
        String ofA = browser.cookie();
        stores.cluster.part();
        awaitDistrust(a);
        set(b, "2");
        stores.cluster.heal();
        awaitTrust(a);
        browser.cookie(ofA);
        assertEquals("2", get(a));
    }

    /** Until a node asks the stores for a session of its own at each request. */
    private static void awaitDistrust(TestNode node) {
        Browser another = new Browser();
        another.get(node.at("/app/set?v=other"));
        Waiting.until("the node is out of touch", () -> !servesUnasked(node, another));
    }

    private static void awaitTrust(TestNode node) {
        Browser another = new Browser();
        another.get(node.at("/app/set?v=other"));
        Waiting.until("the node is in touch", () -> servesUnasked(node, another));
    }

    private static boolean servesUnasked(TestNode node, Browser guest) {
        long before = node.statistics().trusted();
        guest.get(node.at("/app/get"));
        return node.statistics().trusted() > before;
    }

    @Test
    void servesNoSessionThatAnotherNodeEndedAfterThisOneHadFetchedIt() {
        set(a, "1");
        String ofA = browser.cookie();
        b.page("/end-slowly", (request, response) -> {
            HttpSession session = request.getSession();
            assertEquals("1", session.getAttribute("x"));
            fetchAt(a, ofA);
            session.invalidate();
        });
        assertEquals(200, browser.get(b.at("/app/end-slowly")).statusCode());
        browser.cookie(ofA);
        assertEquals("no session", get(a));
    }

    @Test
    void servesNoSessionUnderAnIdThatAnotherNodeChangedAfterThisOneHadFetchedIt() {
        set(a, "1");
        String ofA = browser.cookie();
        b.page("/change-slowly", (request, response) -> {
            assertEquals("1", request.getSession().getAttribute("x"));
            fetchAt(a, ofA);
            String unused = request.changeSessionId();
        });
        assertEquals(200, browser.get(b.at("/app/change-slowly")).statusCode());
        assertEquals("1", get(a));
        browser.cookie(ofA);
        assertEquals("no session", get(a));
    }

    @Test
    void servesNoSessionThatAnotherNodeEndedByTheIdItHadBefore() {
        set(a, "1");
        String before = browser.cookie();
        Browser mover = new Browser();
        mover.cookie(before);
        a.page("/change", (request, response) -> {
            assertEquals("1", request.getSession().getAttribute("x"));
            String unused = request.changeSessionId();
        });
        b.page("/end-slowly", (request, response) -> {
            HttpSession session = request.getSession();
            assertEquals("1", session.getAttribute("x"));
            mover.get(a.at("/app/change"));
            assertEquals("1", mover.get(a.at("/app/get")).body());
            session.invalidate();
        });
        assertEquals(200, browser.get(b.at("/app/end-slowly")).statusCode());
        assertEquals("no session", mover.get(a.at("/app/get")).body());
    }

    @Test
    void servesNoSessionThatAnotherNodeEndedWhileThisOneWasCutOff() {
        set(a, "1");
        String ofA = browser.cookie();
        stores.cluster.part();
        awaitDistrust(a);
        assertEquals(200, browser.get(b.at("/app/end")).statusCode());
        stores.cluster.heal();
        awaitTrust(a);
        browser.cookie(ofA);
        assertEquals("no session", get(a));
        set(a, "2");
        assertEquals("2", get(b));
    }

    private static void fetchAt(TestNode node, String cookie) {
        Browser meanwhile = new Browser();
        meanwhile.cookie(cookie);
        assertEquals("1", meanwhile.get(node.at("/app/get")).body());
    }

    @Test
    void putsItsSessionsBackWhenAllStoresLostTheirs() {
        set(a, "1");
        Browser other = new Browser();
        other.get(b.at("/app/set?v=2"));
        stores.kill();
        stores.startAgain();
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
