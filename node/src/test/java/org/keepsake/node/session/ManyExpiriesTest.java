package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many sticky sessions that nobody uses any more, on two nodes. */
@Timeout(120)
class ManyExpiriesTest {

    private static final int SESSIONS = 2_000;
    private static final int AT_ONCE = 50;

    private final Queue<HttpSession> begun = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> destroyed = new ConcurrentHashMap<>();
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
        return stores.node(SessionSettings.defaults(name).withSticky(true), TestNode.listening(new Counting(destroyed)))
                .page("/begin", (request, response) -> begun.add(request.getSession()))
                .page("/get", (request, response) -> response.getWriter().print(request.getSession(false) != null));
    }

    @AfterEach
    void stop() {
        if (stores != null) {
            stores.close();
        }
    }

    @Test
    void theOthersAreAskedOfManyAtOnceAndEachEndIsToldOnce() {
        List<Browser> browsers = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i += AT_ONCE) {
            List<Browser> some = new ArrayList<>();
            List<CompletableFuture<?>> requests = new ArrayList<>();
            for (int j = 0; j < AT_ONCE; j++) {
                Browser browser = new Browser();
                some.add(browser);
                requests.add(browser.start(a.at("/app/begin")));
            }
            requests.forEach(CompletableFuture::join);
            browsers.addAll(some);
        }
        for (Browser browser : browsers.subList(0, AT_ONCE)) {
            assertEquals("true", browser.get(b.at("/app/get")).body(), "it was taken over");
        }
        begun.parallelStream().forEach(session -> session.setMaxInactiveInterval(1));
        Waiting.until("all have ended", () -> destroyed.size() >= SESSIONS);
        for (Browser browser : browsers) {
            String id = browser.id();
            assertEquals(1, destroyed.getOrDefault(id, new AtomicInteger()).get(), id);
        }
        assertEquals(SESSIONS, destroyed.size());
        assertTrue(stores.cluster.questionsOfUse() <= SESSIONS / 10, stores.cluster.questionsOfUse() + " questions");
    }

    private record Counting(Map<String, AtomicInteger> destroyed) implements HttpSessionListener {

        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            destroyed
                    .computeIfAbsent(event.getSession().getId(), id -> new AtomicInteger())
                    .incrementAndGet();
        }
    }
}
