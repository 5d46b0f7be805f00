package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.keepsake.node.session.settings.BackupSettings;
import org.keepsake.node.session.settings.HeapSettings;

/** Changes that are saved once their session is not used for a while, on two sticky nodes. */
class IdleBackupTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final TwoStores stores = new TwoStores();
    private final Browser browser = new Browser();

    @AfterEach
    void stop() {
        stores.close();
    }

    private static SessionSettings settings(String name, Duration idle) {
        return SessionSettings.defaults(name)
                .withSticky(true)
                .with(BackupSettings.defaults().withMaxIdle(Optional.of(idle)));
    }

    private TestNode node(SessionSettings settings) {
        return stores.node(settings)
                .setsAndGets()
                .page("/add", (request, response) -> {
                    List<String> list = new ArrayList<>();
                    if (request.getSession().getAttribute("x") instanceof List<?> before) {
                        before.forEach(each -> list.add(String.valueOf(each)));
                    }
                    list.add(request.getParameter("v"));
                    request.getSession().setAttribute("x", list);
                })
                .page("/remove", (request, response) -> request.getSession().removeAttribute("x"))
                .page("/short", (request, response) -> request.getSession().setMaxInactiveInterval(1))
                .page("/change", (request, response) -> request.changeSessionId())
                .page("/end", (request, response) -> request.getSession().invalidate());
    }

    private String get(TestNode node) {
        return browser.get(node.at("/app/get")).body();
    }

    private void add(TestNode node, String value) {
        assertEquals(200, browser.get(node.at("/app/add?v=" + value)).statusCode());
    }

    private static void awaitKept(TestNode node, int times) {
        Waiting.until("the change is kept", () -> node.statistics().kept() == times);
    }

    @Test
    void savesOnceWhatManyRequestsChanged() {
        TestNode a = node(settings("A", Duration.ofMillis(1_500)));
        for (int i = 0; i < 20; i++) {
            add(a, Integer.toString(i % 10));
        }
        Waiting.until("it is saved", () -> a.statistics().saved() > 0);
        Waiting.until("all was", () -> a.statistics().kept() == 20);
        a.sweep();
        assertEquals(1, a.statistics().saved());
        assertEquals("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]", get(a));
    }

    @Test
    void savesNothingWhileItIsInUse() {
        TestNode a = node(settings("A", LONG));
        add(a, "1");
        awaitKept(a, 1);
        a.sweep();
        add(a, "2");
        awaitKept(a, 2);
        a.sweep();
        assertEquals("[1, 2]", get(a));
        assertEquals(0, a.statistics().saved());
    }

    @Test
    void anotherNodeThatIsAskedForItFindsAllOfIt() {
        TestNode a = node(settings("A", LONG));
        TestNode b = node(settings("B", LONG));
        add(a, "1");
        awaitKept(a, 1);
        assertEquals("[1]", get(b));
        add(b, "2");
        awaitKept(b, 1);
        assertEquals("[1, 2]", get(a));
        browser.get(a.at("/app/remove"));
        Waiting.until("the removal is kept", () -> a.statistics().kept() == 2);
        assertEquals("null", get(b));
    }

    @Test
    void aCleanStopSavesIt() {
        TestNode a = node(settings("A", LONG));
        add(a, "1");
        add(a, "2");
        a.close();
        assertEquals("[1, 2]", get(node(settings("B", LONG))));
    }

    @Test
    void anotherIdTakesItAlong() {
        TestNode a = node(settings("A", Duration.ofMillis(300)));
        add(a, "1");
        Waiting.until("it is saved", () -> a.statistics().saved() == 1);
        add(a, "2");
        awaitKept(a, 2);
        String before = browser.cookie();
        assertEquals(200, browser.get(a.at("/app/change")).statusCode());
        assertNotEquals(before, browser.cookie());
        assertEquals("[1, 2]", get(a));
        assertEquals("[1, 2]", get(node(settings("B", LONG))));
    }

    @Test
    void theHeapLetsGoOfItOnlyWhenItIsSaved() {
        TestNode a = node(settings("A", LONG)
                .with(HeapSettings.defaults().withIdleSwap(Optional.empty(), Optional.of(Duration.ofMillis(300)))));
        add(a, "1");
        Waiting.until("it was let go of", () -> a.statistics().released() == 1);
        assertEquals(1, a.statistics().saved());
        assertEquals("[1]", get(a));
    }

    @Test
    void endsWhenItsTimeIsOverThoughThatComesFirst() {
        AtomicInteger ended = new AtomicInteger();
        TestNode a = stores.node(settings("A", LONG), TestNode.listening(new HttpSessionListener() {
                    @Override
                    public void sessionDestroyed(HttpSessionEvent event) {
                        ended.incrementAndGet();
                    }
                }))
                .page("/short", (request, response) -> request.getSession().setMaxInactiveInterval(1));
        browser.get(a.at("/app/short"));
        Waiting.until("it has ended", () -> ended.get() == 1);
        assertEquals(0, a.statistics().active());
    }

    @Test
    void oneThatEndedComesBackNowhere() {
        TestNode a = node(settings("A", LONG));
        TestNode b = node(settings("B", LONG));
        add(a, "1");
        String cookie = browser.cookie();
        awaitKept(a, 1);
        browser.get(a.at("/app/end"));
        browser.cookie(cookie);
        assertEquals("no session", get(a));
        assertEquals("no session", get(b));
    }

    @Test
    void whereTheStoresAreAskedAtEachRequestTheyHaveEachChange() {
        TestNode a = node(settings("A", LONG).withSticky(false));
        add(a, "1");
        assertEquals("[1]", get(node(SessionSettings.defaults("B"))));
        assertEquals(0, a.statistics().kept());
    }
}
