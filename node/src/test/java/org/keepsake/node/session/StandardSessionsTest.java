package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.settings.SessionManagerKind;
import org.keepsake.node.session.view.Peers;

/** Sessions in the heap of one node, without any store. */
class StandardSessionsTest {

    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final Browser browser = new Browser();
    private final TestNode node = new TestNode(
                    SessionSettings.defaults("A").with(SessionManagerKind.STANDARD),
                    new MemcachedNodes(1, List.of()),
                    Peers.NONE,
                    "/app",
                    TestNode.listening(new Listener(heard)))
            .page("/add", (request, response) -> {
                HttpSession session = request.getSession();
                if (session.getAttribute("list") == null) {
                    session.setAttribute("list", new Unserializable(new ArrayList<>()));
                }
                ((Unserializable) session.getAttribute("list")).values().add(request.getParameter("v"));
                session.setAttribute("last", request.getParameter("v"));
            })
            .page("/get", (request, response) -> {
                HttpSession session = request.getSession(false);
                response.getWriter()
                        .print(
                                session == null
                                        ? "no session"
                                        : session.getAttribute("list") + " " + session.getAttribute("last"));
            })
            .page("/remove", (request, response) -> request.getSession().removeAttribute("list"))
            .page("/short", (request, response) -> request.getSession().setMaxInactiveInterval(1))
            .page("/change", (request, response) -> request.changeSessionId())
            .page("/end", (request, response) -> request.getSession().invalidate());

    private record Unserializable(List<String> values) {
        @Override
        public String toString() {
            return values.toString();
        }
    }

    private record Listener(Queue<String> heard) implements HttpSessionListener {
        @Override
        public void sessionCreated(HttpSessionEvent event) {
            heard.add("created");
        }

        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            heard.add("destroyed");
        }
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void aSweepLeavesSessionsAloneThatJustBegin() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        Thread sweeper = new Thread(() -> {
            while (!over.get()) {
                node.sweep();
            }
        });
        sweeper.start();
        try {
            for (int i = 0; i < 3_000; i++) {
                assertEquals(200, new Browser().get(node.at("/app/add?v=1")).statusCode(), "session " + i);
            }
        } finally {
            over.set(true);
            sweeper.join();
        }
    }

    private String get() {
        return browser.get(node.at("/app/get")).body();
    }

    @Test
    void keepsObjectsAsTheyAreWithoutEncodingThem() {
        browser.get(node.at("/app/add?v=1"));
        browser.get(node.at("/app/add?v=2"));
        assertEquals("[1, 2] 2", get());
        browser.get(node.at("/app/remove"));
        assertEquals("null 2", get());
        assertEquals(0, node.statistics().unsaved());
        assertEquals(1, node.statistics().active());
    }

    @Test
    void givesAnotherIdAndKnowsTheOldOneNoMore() {
        browser.get(node.at("/app/add?v=1"));
        String before = browser.cookie();
        browser.get(node.at("/app/change"));
        assertNotEquals(before, browser.cookie());
        assertTrue(browser.cookie().endsWith(".A"), browser.cookie());
        assertEquals("[1] 1", get());
        browser.cookie(before);
        assertEquals("no session", get());
    }

    @Test
    void endsSessionsByTheApplicationAndByTime() {
        browser.get(node.at("/app/add?v=1"));
        String ended = browser.cookie();
        browser.get(node.at("/app/end"));
        browser.cookie(ended);
        assertEquals("no session", get());
        assertEquals(List.of("created", "destroyed"), List.copyOf(heard));
        browser.get(node.at("/app/short"));
        Waiting.until("the session is destroyed", () -> heard.size() == 4);
        assertEquals("no session", get());
        assertEquals(List.of("created", "destroyed", "created", "destroyed"), List.copyOf(heard));
        assertEquals(0, node.statistics().active());
    }
}
