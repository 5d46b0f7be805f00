package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes with one application over two real stores. */
class ReplicatedSessionsTest {

    private TwoStores stores;
    private TestNode a;
    private TestNode b;
    private final Browser browser = new Browser();

    @BeforeEach
    void start() {
        stores = new TwoStores();
        a = pages(stores.node(SessionSettings.defaults("A")));
        b = pages(stores.node(SessionSettings.defaults("B")));
    }

    @AfterEach
    void stop() {
        if (stores != null) {
            stores.close();
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TestNode pages(TestNode node) {
        return node.page("/set", (request, response) -> {
                    set(request.getSession(), request.getParameter("name"), request.getParameter("value"));
                    response.getWriter().print("set");
                })
                .page("/post", (request, response) -> {
                    set(request.getSession(), "posted", request.getParameter("value"));
                    response.sendRedirect("get?name=posted");
                })
                .page("/get", (request, response) -> {
                    HttpSession session = request.getSession(false);
                    response.getWriter()
                            .print(session == null ? "no session" : session.getAttribute(request.getParameter("name")));
                })
                .page("/count", (request, response) -> {
                    HttpSession session = request.getSession();
                    Integer before = (Integer) session.getAttribute("count");
                    session.setAttribute("count", before == null ? 1 : before + 1);
                    response.getWriter().print(session.getAttribute("count"));
                })
                .page("/late/redirect", (request, response) -> {
                    HttpSession session = request.getSession();
                    response.sendRedirect("get");
                    session.setAttribute("late", "redirect");
                })
                .page("/late/close", (request, response) -> {
                    HttpSession session = request.getSession();
                    response.getWriter().print("closed");
                    response.getWriter().close();
                    session.setAttribute("late", "close");
                })
                .page("/late/flushed", (request, response) -> {
                    HttpSession session = request.getSession();
                    response.getWriter().print("x".repeat(100_000));
                    response.flushBuffer();
                    session.setAttribute("late", "flushed");
                    response.getWriter().print("end");
                })
                .page("/late/told", (request, response) -> {
                    HttpSession session = request.getSession();
                    session.setMaxInactiveInterval(20);
                    response.flushBuffer();
                    pause(Long.parseLong(request.getParameter("millis")));
                    response.getWriter().print("told");
                })
                .page(
                        "/accessed",
                        (request, response) ->
                                response.getWriter().print(request.getSession().getLastAccessedTime()))
                .page("/async", (request, response) -> {
                    var async = request.startAsync();
                    async.start(() -> {
                        HttpSession session = request.getSession();
                        session.setAttribute("async", "done");
                        try {
                            response.getWriter().print("async");
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                        async.complete();
                    });
                })
                .page("/list/add", (request, response) -> {
                    HttpSession session = request.getSession();
                    if (session.getAttribute("list") instanceof ArrayList<?>) {
                        @SuppressWarnings("unchecked") // put there below
                        List<String> list = (List<String>) session.getAttribute("list");
                        list.add(request.getParameter("value"));
                    } else {
                        session.setAttribute("list", new ArrayList<>(List.of(request.getParameter("value"))));
                    }
                })
                .page("/names", (request, response) -> {
                    List<String> names = new ArrayList<>();
                    request.getSession().getAttributeNames().asIterator().forEachRemaining(names::add);
                    response.getWriter().print(names.size());
                })
                .page("/invalidate", (request, response) -> request.getSession().invalidate())
                .page("/change", (request, response) -> response.getWriter().print(request.changeSessionId()))
                .page(
                        "/new",
                        (request, response) -> response.getWriter()
                                .print(request.getSession().isNew() + " "
                                        + request.getSession().getId()));
    }

    private static void set(HttpSession session, String name, String value) {
        session.setAttribute(name, value);
    }

    private String get(TestNode node, String name) {
        return browser.get(node.at("/app/get?name=" + name)).body();
    }

    @Test
    void readsOnTheOtherNodeWhatARedirectedPostHadSet() {
        for (int i = 0; i < 300; i++) {
            HttpResponse<String> redirect = browser.post(a.at("/app/post?value=" + i));
            assertEquals(302, redirect.statusCode());
            assertEquals(Integer.toString(i), get(b, "posted"), "after post " + i);
        }
    }

    @Test
    void nobodysCounterGoesBackWhenNodesTakeTurns() {
        for (int i = 1; i <= 100; i++) {
            TestNode node = i % 2 == 0 ? a : b;
            assertEquals(Integer.toString(i), browser.get(node.at("/app/count")).body());
        }
    }

    @Test
    void givesTheCookieTheNodesOwnRouteAndKeepsTheRestOfIt() {
        HttpResponse<String> first = browser.get(a.at("/app/set?name=x&value=1"));
        List<String> cookies = Browser.sessionCookies(first);
        assertEquals(1, cookies.size(), cookies.toString());
        assertTrue(
                cookies.get(0).matches("(?i)JSESSIONID=[0-9a-f]{32}-m[12]\\.A; path=/app; HttpOnly; SameSite=Lax"),
                cookies.get(0));
        String id = browser.id();
        HttpResponse<String> second = browser.get(b.at("/app/get?name=x"));
        assertEquals(id + ".B", browser.cookie());
        assertEquals("1", second.body());
        assertEquals(
                0, Browser.sessionCookies(browser.get(b.at("/app/get?name=x"))).size());
        assertEquals("false " + id, browser.get(a.at("/app/new")).body());
    }

    @Test
    void savesWhatIsSetAfterTheResponseWasCommitted() {
        for (String way : List.of("redirect", "close", "flushed")) {
            browser.get(a.at("/app/late/" + way));
            Waiting.until("set after " + way, () -> get(b, "late").equals(way));
        }
    }

    @Test
    void savesWhatAnotherThreadSet() {
        assertEquals("async", browser.get(a.at("/app/async")).body());
        assertEquals("done", get(b, "async"));
    }

    @Test
    void noticesWhatWasChangedInPlace() {
        browser.get(a.at("/app/list/add?value=1"));
        browser.get(b.at("/app/list/add?value=2"));
        browser.get(a.at("/app/list/add?value=3"));
        assertEquals("[1, 2, 3]", get(b, "list"));
        assertEquals("[1, 2, 3]", get(a, "list"));
    }

    @Test
    void doesNotResurrectWhatWasRemoved() {
        browser.get(a.at("/app/set?name=x&value=1"));
        assertEquals("1", get(b, "x"));
        b.page("/remove", (request, response) -> request.getSession().removeAttribute("x"));
        browser.get(b.at("/app/remove"));
        assertEquals("null", get(a, "x"));
        browser.get(a.at("/app/set?name=y&value=1"));
        assertEquals("null", get(b, "x"));
    }

    @Test
    void keepsFiftyAttributesOfFiftyParallelRequestsOnOneNode() {
        browser.get(a.at("/app/new"));
        setInParallel(List.of(a));
        assertEquals("50", browser.get(b.at("/app/names")).body());
        assertEquals("50", browser.get(a.at("/app/names")).body());
    }

    @Test
    void keepsFiftyAttributesOfFiftyParallelRequestsOnTwoNodes() {
        browser.get(a.at("/app/new"));
        setInParallel(List.of(a, b));
        assertEquals("50", browser.get(b.at("/app/names")).body());
        assertEquals("50", browser.get(a.at("/app/names")).body());
    }

    private void setInParallel(List<TestNode> nodes) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            TestNode node = nodes.get(i % nodes.size());
            answers.add(browser.start(node.at("/app/set?name=n" + i + "&value=" + i)));
        }
        answers.forEach(answer -> assertEquals(200, answer.join().statusCode()));
    }

    @Test
    void endsASessionEverywhere() {
        browser.get(a.at("/app/set?name=x&value=1"));
        assertEquals("1", get(b, "x"));
        String cookie = browser.cookie();
        browser.get(a.at("/app/invalidate"));
        assertEquals("", browser.cookie());
        browser.cookie(cookie);
        assertEquals("no session", get(b, "x"));
        assertEquals("no session", get(a, "x"));
        assertTrue(browser.get(b.at("/app/new")).body().startsWith("true"));
        assertNotEquals(cookie, browser.cookie());
    }

    @Test
    void changesTheIdAndKeepsTheData() {
        browser.get(a.at("/app/set?name=x&value=1"));
        String before = browser.cookie();
        String told = browser.get(a.at("/app/change")).body();
        assertEquals(told, browser.id());
        assertEquals("1", get(b, "x"));
        browser.cookie(before);
        assertEquals("no session", get(b, "x"));
        assertEquals("no session", get(a, "x"));
    }

    @Test
    void neverAdoptsAnIdItDidNotGive() {
        String chosen = "0123456789abcdef0123456789abcdef-m1";
        browser.cookie(chosen + ".A");
        assertFalse(browser.get(a.at("/app/new")).body().contains(chosen));
        browser.cookie("../../etc/passwd");
        assertEquals("no session", get(a, "x"));
    }

    @Test
    void losesNothingWhenAStoreIsKilledAndComesBackEmpty() {
        browser.get(a.at("/app/count"));
        String id = browser.id();
        countThrough(2, 20, () -> stores.m1.kill());
        countThrough(21, 40, () -> stores.m1.startAgain());
        assertEquals("40", get(a, "count"));
        assertEquals("40", get(b, "count"));
        bothNodesReachBothStores();
        countThrough(41, 60, () -> stores.m2.kill());
        assertEquals(id, browser.id());
        stores.m2.startAgain();
    }

    @Test
    void losesNothingWhenAStoreIsFrozen() {
        browser.get(a.at("/app/count"));
        String id = browser.id();
        countThrough(2, 20, () -> stores.m1.freeze());
        countThrough(21, 40, () -> stores.m1.thaw());
        bothNodesReachBothStores();
        countThrough(41, 60, () -> stores.m2.freeze());
        stores.m2.thaw();
        assertEquals(id, browser.id());
    }

    /** One fault is over before the next begins: a node that still does without a store writes to the other alone. */
    private void bothNodesReachBothStores() {
        Waiting.until("both nodes reach both stores", () -> a.reachesAllStores() && b.reachesAllStores());
    }

    private void countThrough(int from, int to, Runnable inTheMiddle) {
        for (int i = from; i <= to; i++) {
            if (i == (from + to) / 2) {
                inTheMiddle.run();
            }
            TestNode node = i % 2 == 0 ? a : b;
            HttpResponse<String> answer = browser.get(node.at("/app/count"));
            assertEquals(200, answer.statusCode());
            assertEquals(Integer.toString(i), answer.body());
        }
    }

    @Test
    void refusesInsteadOfGuessingWhenBothStoresAreAway() {
        browser.get(a.at("/app/set?name=x&value=1"));
        String cookie = browser.cookie();
        stores.freeze();
        HttpResponse<String> answer = browser.get(b.at("/app/get?name=x"));
        assertEquals(503, answer.statusCode());
        assertTrue(answer.headers().firstValue("Retry-After").isPresent());
        assertEquals("", answer.body());
        assertEquals(503, browser.get(a.at("/app/set?name=y&value=1")).statusCode());
        stores.thaw();
        Waiting.until("the session is back", () -> get(b, "x").equals("1"));
        assertEquals(cookie.replace(".A", ""), browser.id());
    }

    @Test
    void stripsNothingWhenANodeStops() {
        browser.get(a.at("/app/set?name=x&value=1"));
        a.close();
        assertEquals("1", get(b, "x"));
    }

    /** With a time-out of 20 s the stores are told once a second at most, and the answer was begun before that was over. */
    @Test
    void aUseIsToldAsOfWhenTheRequestCame() {
        browser.get(a.at("/app/late/told?millis=0"));
        pause(500);
        long before = System.currentTimeMillis();
        browser.get(a.at("/app/late/told?millis=800"));
        long after = System.currentTimeMillis();
        long shown = accessedOnB();
        assertTrue(shown >= before, () -> shown + " is before what began at " + before);
        assertTrue(shown < after - 400, () -> shown + " is at the end of what began at " + before);
    }

    @Test
    void aUseThatTookLongIsToldAsOfItsEnd() {
        browser.get(a.at("/app/late/told?millis=0"));
        browser.get(a.at("/app/late/told?millis=1500"));
        long after = System.currentTimeMillis();
        long shown = accessedOnB();
        assertTrue(shown >= after - 1_000, () -> shown + " is not the end of what ended at " + after);
    }

    /** Is a use of its own, so it can be asked once. */
    private long accessedOnB() {
        return Long.parseLong(browser.get(b.at("/app/accessed")).body());
    }
}
