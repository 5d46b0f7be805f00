package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.settings.HeapSettings;
import org.keepsake.node.session.settings.ReplicationSettings;
import org.keepsake.node.session.settings.SessionManagerKind;
import org.keepsake.node.session.view.Peers;

/** Sessions that end with the node that served them last. */
class ExpireOnShutdownTest {

    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final TwoStores stores = new TwoStores();
    private final Browser mine = new Browser();
    private final Browser other = new Browser();

    @AfterEach
    void stop() {
        stores.close();
    }

    private TestNode node(String name, boolean sticky) {
        return stores.node(
                        ending(SessionSettings.defaults(name).withSticky(sticky)),
                        TestNode.listening(new Listener(heard)))
                .setsAndGets();
    }

    private static SessionSettings ending(SessionSettings settings) {
        return settings.with(ReplicationSettings.defaults().withExpireOnShutdown(true));
    }

    private record Listener(Queue<String> heard) implements HttpSessionListener, ServletContextListener {
        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            heard.add("ended " + event.getSession().getAttribute("x"));
        }

        @Override
        public void contextDestroyed(ServletContextEvent event) {
            heard.add("application ended");
        }
    }

    private static String get(Browser browser, TestNode node) {
        return browser.get(node.at("/app/get")).body();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsThoseItWasTheLastToServeBeforeTheApplicationEnds(boolean sticky) throws InterruptedException {
        TestNode a = node("A", sticky);
        TestNode b = node("B", sticky);
        mine.get(a.at("/app/set?v=mine"));
        other.get(a.at("/app/set?v=other"));
        // Who used it within a second may have been the last.
        Thread.sleep(1_100);
        assertEquals("other", get(other, b));
        a.close();
        assertEquals(List.of("ended mine", "application ended"), List.copyOf(heard));
        assertEquals("no session", get(mine, b));
        assertEquals("other", get(other, b));
    }

    @Test
    void leavesThemToTheOthersUnlessItIsSaid() {
        TestNode a = stores.node(SessionSettings.defaults("A"), TestNode.listening(new Listener(heard)))
                .setsAndGets();
        TestNode b = node("B", false);
        mine.get(a.at("/app/set?v=mine"));
        a.close();
        assertEquals(List.of("application ended"), List.copyOf(heard));
        assertEquals("mine", get(mine, b));
    }

    @Test
    void endsAllOfThemThoughAListenerFails() {
        TestNode a = stores.node(ending(SessionSettings.defaults("A")), TestNode.listening(new Failing(heard)))
                .setsAndGets();
        TestNode b = node("B", false);
        mine.get(a.at("/app/set?v=mine"));
        other.get(a.at("/app/set?v=other"));
        a.close();
        assertEquals(2, heard.size());
        assertEquals("no session", get(mine, b));
        assertEquals("no session", get(other, b));
    }

    private record Failing(Queue<String> heard) implements HttpSessionListener {
        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            heard.add("failed");
            throw new IllegalStateException("of the application");
        }
    }

    private static final class Bound implements HttpSessionBindingListener {
        private final Queue<String> heard;

        Bound(Queue<String> heard) {
            this.heard = heard;
        }

        @Override
        public void valueUnbound(HttpSessionBindingEvent event) {
            heard.add("unbound");
        }
    }

    @Test
    void savesNoneOfTheHeapAlone(@TempDir Path folder) {
        SessionSettings settings = ending(SessionSettings.defaults("A")
                .with(SessionManagerKind.STANDARD)
                .with(HeapSettings.defaults().withDirectory(Optional.of(folder))));
        MemcachedNodes none = new MemcachedNodes(1, List.of());
        try (TestNode a = new TestNode(settings, none, Peers.NONE, "/app", TestNode.listening(new Listener(heard)))
                .setsAndGets()
                .page("/bind", (request, response) -> request.getSession().setAttribute("x", new Bound(heard)))) {
            mine.get(a.at("/app/bind"));
        }
        assertEquals("unbound", List.copyOf(heard).get(1));
        assertEquals("application ended", List.copyOf(heard).get(2));
        try (TestNode again = new TestNode(settings, none, Peers.NONE).setsAndGets()) {
            assertEquals("no session", get(mine, again));
        }
    }
}
