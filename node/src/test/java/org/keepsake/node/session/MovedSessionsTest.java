package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpSession;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keepsake.node.session.record.RecordFormat;

/** Sessions that get another id, as at a login, while other requests use them and nodes die. */
class MovedSessionsTest {

    private final Browser browser = new Browser();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);
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
        return stores.node(SessionSettings.defaults(name))
                .page(
                        "/set",
                        (request, response) ->
                                request.getSession().setAttribute(request.getParameter("n"), request.getParameter("v")))
                .page("/get", (request, response) -> {
                    HttpSession session = request.getSession(false);
                    response.getWriter()
                            .print(session == null ? "no session" : session.getAttribute(request.getParameter("n")));
                })
                .page("/change", (request, response) -> request.changeSessionId())
                .page("/end", (request, response) -> request.getSession().invalidate())
                .page("/slow", (request, response) -> {
                    HttpSession session = request.getSession();
                    Object read = session.getAttribute("x");
                    pause();
                    session.setAttribute("slow", read + " and more");
                })
                .page("/slow/end", (request, response) -> {
                    HttpSession session = request.getSession();
                    pause();
                    session.invalidate();
                });
    }

    private void pause() {
        entered.countDown();
        await(leave);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() {
        leave.countDown();
        if (stores != null) {
            stores.close();
        }
    }

    private String get(TestNode node, String name) {
        return browser.get(node.at("/app/get?n=" + name)).body();
    }

    @Test
    void bringsTheWritesOfARequestThatKnewTheOldIdToTheNewOne() {
        browser.get(a.at("/app/set?n=x&v=1"));
        CompletableFuture<HttpResponse<String>> slow = browser.start(b.at("/app/slow"));
        await(entered);
        browser.get(a.at("/app/change"));
        leave.countDown();
        assertEquals(200, slow.join().statusCode());
        assertEquals("1 and more", get(a, "slow"));
        assertEquals("1", get(b, "x"));
    }

    @Test
    void endsTheSessionUnderItsNewIdWhenARequestEndsItThatKnewTheOldOne() {
        browser.get(a.at("/app/set?n=x&v=1"));
        CompletableFuture<HttpResponse<String>> slow = browser.start(b.at("/app/slow/end"));
        await(entered);
        browser.get(a.at("/app/change"));
        String moved = browser.cookie();
        leave.countDown();
        assertEquals(200, slow.join().statusCode());
        browser.cookie(moved);
        assertEquals("no session", get(a, "x"));
        assertEquals("no session", get(b, "x"));
    }

    @Test
    void finishesWhatANodeThatDiedHadBegun() throws Exception {
        browser.get(a.at("/app/set?n=x&v=1"));
        String before = browser.cookie();
        String home = before.replaceAll(".*-|\\..*", "");
        String after = "0123456789abcdef0123456789abcdef-" + home;
        String key = "s:/app:" + browser.id();
        byte[] moving =
                RecordFormat.encode(RecordFormat.decode(stores.m1.get(key)).movingTo(after));
        (home.equals("m1") ? stores.m1 : stores.m2).put(key, moving);
        assertEquals("no session", get(b, "x"));
        browser.cookie(after + ".A");
        assertEquals("1", get(b, "x"));
        assertEquals("1", get(a, "x"));
        assertTrue(RecordFormat.decode(stores.m1.get(key)).isTombstone());
        assertTrue(RecordFormat.decode(stores.m2.get(key)).isTombstone());
        browser.cookie(before);
        assertEquals("no session", get(a, "x"));
    }

    @Test
    void changesTheIdOfOneSessionManyTimesOnBothNodes() {
        browser.get(a.at("/app/set?n=x&v=1"));
        for (int i = 0; i < 10; i++) {
            String before = browser.id();
            browser.get((i % 2 == 0 ? b : a).at("/app/change"));
            assertNotEquals(before, browser.id());
            assertEquals("1", get(i % 3 == 0 ? a : b, "x"));
        }
    }
}
