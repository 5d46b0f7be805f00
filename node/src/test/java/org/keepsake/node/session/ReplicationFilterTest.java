package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keepsake.node.session.settings.RecordSettings.Granularity;
import org.keepsake.node.session.settings.ReplicationSettings;

/** Requests whose changes stay on the node until another request takes them along. */
class ReplicationFilterTest {

    private final TwoStores stores = new TwoStores();
    private final Browser here = new Browser();
    private final Browser there = new Browser();

    @AfterEach
    void stop() {
        stores.close();
    }

    private static SessionSettings settings(String name) {
        return SessionSettings.defaults(name)
                .with(ReplicationSettings.defaults()
                        .withFilter(Optional.of(Pattern.compile("GET /app/[a-z]+\\?.*quiet.*"))));
    }

    private TestNode node(SessionSettings settings) {
        return stores.node(settings)
                .page("/begin", (request, response) -> {
                    request.getSession().setAttribute("list", new ArrayList<>(List.of("begun")));
                    request.getSession().setAttribute("gone", "still there");
                })
                .page("/nothing", (request, response) -> request.getSession(false))
                .page("/read", (request, response) -> response.getWriter().print(list(request)))
                .page("/set", (request, response) -> request.getSession().setAttribute("x", "set"))
                .page("/remove", (request, response) -> request.getSession().removeAttribute("gone"))
                .page("/inside", (request, response) -> list(request).add("changed"))
                .page("/time", (request, response) -> request.getSession().setMaxInactiveInterval(4321))
                .page("/change", (request, response) -> request.changeSessionId())
                .page("/show", (request, response) -> {
                    HttpSession session = request.getSession(false);
                    response.getWriter()
                            .print(
                                    session == null
                                            ? "no session"
                                            : session.getAttribute("list") + " " + session.getAttribute("x") + " "
                                                    + session.getAttribute("gone") + " "
                                                    + session.getMaxInactiveInterval());
                });
    }

    @SuppressWarnings("unchecked")
    private static List<String> list(HttpServletRequest request) {
        return (List<String>) request.getSession().getAttribute("list");
    }

    private void get(TestNode node, String path) {
        assertEquals(200, here.get(node.at("/app" + path)).statusCode());
    }

    private static String show(Browser browser, TestNode node) {
        return browser.get(node.at("/app/show")).body();
    }

    private static final String BEGUN = "[begun] null still there 1800";
    private static final String CHANGED = "[begun, changed] set null 4321";

    private void changeQuietly(TestNode node) {
        for (String page : List.of("/set", "/remove", "/inside", "/time")) {
            get(node, page + "?quiet");
        }
    }

    @ParameterizedTest
    @EnumSource(Granularity.class)
    void whatTheyChangeGoesWithTheNextRequestThatDoesNotMatch(Granularity granularity) {
        SessionSettings graph = settings("A");
        TestNode a = node(graph.with(graph.records().withGranularity(granularity)));
        TestNode b = node(SessionSettings.defaults("B").with(graph.records().withGranularity(granularity)));
        get(a, "/begin");
        there.cookie(here.cookie());
        long saved = a.statistics().saved();
        changeQuietly(a);
        a.sweep();
        assertEquals(CHANGED, here.get(a.at("/app/show?quiet")).body());
        assertEquals(saved, a.statistics().saved());
        assertEquals(BEGUN, show(there, b));
        get(a, "/nothing");
        assertEquals(CHANGED, show(there, b));
        assertEquals(CHANGED, show(here, a));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRequestThatChangesSomethingElseTakesItAlongToo(boolean sticky) {
        TestNode a = node(settings("A").withSticky(sticky));
        TestNode b = node(settings("B").withSticky(sticky));
        get(a, "/begin");
        get(a, "/inside?quiet");
        get(a, "/remove?quiet");
        get(a, "/set");
        assertEquals("[begun, changed] set null 1800", show(here, b));
        changeQuietly(b);
        get(b, "/change");
        assertEquals("[begun, changed, changed] set null 4321", show(here, b));
        assertEquals("[begun, changed, changed] set null 4321", show(here, a));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCleanStopSavesIt(boolean sticky) {
        TestNode a = node(settings("A").withSticky(sticky));
        TestNode b = node(settings("B").withSticky(sticky));
        get(a, "/begin");
        changeQuietly(a);
        a.close();
        assertEquals(CHANGED, show(here, b));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSessionThatBeginsWithThemIsStored(boolean sticky) {
        TestNode a = node(settings("A").withSticky(sticky));
        get(a, "/begin?quiet");
        assertNotEquals("", here.cookie());
        assertEquals(BEGUN, show(here, node(settings("B").withSticky(sticky))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theyNoteNoUse(boolean sticky) throws InterruptedException {
        TestNode a = node(settings("A").withSticky(sticky))
                .page("/short", (request, response) -> request.getSession().setMaxInactiveInterval(20));
        get(a, "/short");
        long touched = a.statistics().touched();
        // A use is noted once a second at most with a time-out that short.
        Thread.sleep(1_100);
        get(a, "/nothing?quiet");
        assertEquals(touched, a.statistics().touched());
        get(a, "/nothing");
        Waiting.until("the use is noted", () -> a.statistics().touched() > touched);
    }
}
