package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.undertow.servlet.api.DeploymentInfo;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionActivationListener;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.io.Serializable;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the servlet specification lets an application rely on, with its sessions on two nodes. */
class ApplicationContractTest {

    /** Notes what it hears, with the node's name before it. */
    private record Listener(String node, Queue<String> heard)
            implements HttpSessionListener, HttpSessionAttributeListener, HttpSessionIdListener {

        private void note(String what) {
            heard.add(node + " " + what);
        }

        @Override
        public void sessionCreated(HttpSessionEvent event) {
            note("created");
        }

        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            note("destroyed with x=" + event.getSession().getAttribute("x"));
        }

        @Override
        public void attributeAdded(HttpSessionBindingEvent event) {
            note("added " + event.getName());
        }

        @Override
        public void attributeReplaced(HttpSessionBindingEvent event) {
            note("replaced " + event.getName() + " " + event.getValue());
        }

        @Override
        public void attributeRemoved(HttpSessionBindingEvent event) {
            note("removed " + event.getName());
        }

        @Override
        public void sessionIdChanged(HttpSessionEvent event, String oldId) {
            note("id changed");
        }
    }

    private static final class Bound
            implements HttpSessionBindingListener, HttpSessionActivationListener, Serializable {

        private static final long serialVersionUID = 1L;
        private static final Queue<String> HEARD = new ConcurrentLinkedQueue<>();

        @Override
        public void valueBound(HttpSessionBindingEvent event) {
            HEARD.add("bound");
        }

        @Override
        public void valueUnbound(HttpSessionBindingEvent event) {
            HEARD.add("unbound");
        }

        @Override
        public void sessionWillPassivate(HttpSessionEvent event) {
            HEARD.add("passivate");
        }

        @Override
        public void sessionDidActivate(HttpSessionEvent event) {
            HEARD.add("activate");
        }
    }

    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final Browser browser = new Browser();
    private TwoStores stores;
    private TestNode a;
    private TestNode b;

    @BeforeEach
    void start() {
        stores = new TwoStores();
        a = node("A");
        b = node("B");
        Bound.HEARD.clear();
    }

    private TestNode node(String name) {
        Consumer<DeploymentInfo> listening = TestNode.listening(new Listener(name, heard));
        SessionSettings settings = SessionSettings.defaults(name)
                .withRequestUriIgnorePattern(Optional.of(Pattern.compile(".*\\.css(\\?.*)?")));
        return stores.node(settings, listening)
                .page("/x", (request, response) -> request.getSession().setAttribute("x", request.getParameter("v")))
                .page("/get", (request, response) -> {
                    HttpSession session = request.getSession(false);
                    response.getWriter().print(session == null ? "no session" : session.getAttribute("x"));
                })
                .page("/style.css", (request, response) -> {
                    HttpSession session = request.getSession(false);
                    response.getWriter().print(session == null ? "no session" : "session");
                });
    }

    @AfterEach
    void stop() {
        if (stores != null) {
            stores.close();
        }
    }

    @Test
    void tellsListenersOfWhatHappensOnTheirNodeAndNotOfWhatIsReplicated() {
        browser.get(a.at("/app/x?v=1"));
        browser.get(b.at("/app/get"));
        browser.get(b.at("/app/x?v=2"));
        browser.get(a.at("/app/get"));
        a.page("/end", (request, response) -> {
            request.changeSessionId();
            request.getSession().removeAttribute("x");
            request.getSession().setAttribute("x", "last");
            request.getSession().invalidate();
        });
        browser.get(a.at("/app/end"));
        assertEquals(
                List.of(
                        "A created",
                        "A added x",
                        "B replaced x 1",
                        "A id changed",
                        "A removed x",
                        "A added x",
                        "A destroyed with x=last",
                        "A removed x"),
                List.copyOf(heard));
    }

    @Test
    void bindsOnceAndActivatesWhereItIsLoaded() {
        a.page("/bind", (request, response) -> request.getSession().setAttribute("x", new Bound()));
        browser.get(a.at("/app/bind"));
        assertEquals(List.of("bound", "passivate", "activate"), List.copyOf(Bound.HEARD));
        browser.get(b.at("/app/get"));
        assertEquals("activate", List.copyOf(Bound.HEARD).get(3));
        assertFalse(Bound.HEARD.contains("unbound"));
    }

    @Test
    void unbindsWhatIsReplacedAndWhatASessionLeavesBehindOnWhateverNodeItEnds() {
        for (TestNode node : List.of(a, b)) {
            node.page("/bind", (request, response) -> request.getSession().setAttribute("x", new Bound()));
            node.page("/end", (request, response) -> request.getSession().invalidate());
        }
        browser.get(a.at("/app/bind"));
        browser.get(b.at("/app/bind"));
        assertEquals(2, times("bound"));
        assertEquals(1, times("unbound"));
        browser.get(a.at("/app/end"));
        assertEquals(2, times("unbound"));
    }

    private static long times(String event) {
        return Bound.HEARD.stream().filter(event::equals).count();
    }

    @Test
    void passivatesWhatANodeHasWhenItStops() {
        a.page("/bind", (request, response) -> request.getSession().setAttribute("x", new Bound()));
        browser.get(a.at("/app/bind"));
        Bound.HEARD.clear();
        a.close();
        assertEquals(List.of("passivate"), List.copyOf(Bound.HEARD));
    }

    @Test
    void aCleanStopDestroysNothing() {
        browser.get(a.at("/app/x?v=1"));
        a.close();
        assertEquals(List.of("A created", "A added x"), List.copyOf(heard));
        assertEquals("1", browser.get(b.at("/app/get")).body());
    }

    @Test
    void destroysAnIdleSessionOnceInTheCluster() {
        for (TestNode node : List.of(a, b)) {
            node.page("/short", (request, response) -> {
                request.getSession().setMaxInactiveInterval(1);
                request.getSession().setAttribute("x", "1");
            });
        }
        browser.get(a.at("/app/short"));
        assertEquals("1", browser.get(b.at("/app/get")).body());
        Waiting.until("the session is destroyed", () -> heard.stream().anyMatch(event -> event.contains("destroyed")));
        assertEquals("no session", browser.get(a.at("/app/get")).body());
        assertEquals("no session", browser.get(b.at("/app/get")).body());
        assertEquals(
                1, heard.stream().filter(event -> event.contains("destroyed")).count(), heard.toString());
    }

    @Test
    void destroysASessionThatOnlyANodeHadThatIsGone() {
        a.page("/short", (request, response) -> {
            request.getSession().setMaxInactiveInterval(1);
            request.getSession().setAttribute("x", "1");
        });
        browser.get(a.at("/app/short"));
        a.close();
        Waiting.until("the session is destroyed", () -> heard.contains("B destroyed with x=1"));
        assertEquals("no session", browser.get(b.at("/app/get")).body());
        assertEquals(
                1, heard.stream().filter(event -> event.contains("destroyed")).count(), heard.toString());
        assertEquals(1, b.statistics().expired());
    }

    @Test
    void throwsOnceTheSessionIsInvalid() {
        StringBuilder thrown = new StringBuilder();
        a.page("/end", (request, response) -> {
            HttpSession session = request.getSession();
            session.invalidate();
            assertThrows(IllegalStateException.class, () -> session.getAttribute("x"));
            assertThrows(IllegalStateException.class, () -> session.setAttribute("x", "1"));
            assertThrows(IllegalStateException.class, session::getCreationTime);
            assertThrows(IllegalStateException.class, session::invalidate);
            assertFalse(session.getId().equals(request.getSession().getId()));
            thrown.append("all");
        });
        browser.get(a.at("/app/x?v=1"));
        browser.get(a.at("/app/end"));
        assertEquals("all", thrown.toString());
    }

    @Test
    void savesTheOthersWhenOneAttributeIsNotSerializable() {
        a.page("/mixed", (request, response) -> {
            request.getSession().setAttribute("thread", Thread.currentThread());
            request.getSession().setAttribute("x", "saved");
        });
        a.page(
                "/thread",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("thread") != null));
        assertEquals(200, browser.get(a.at("/app/mixed")).statusCode());
        assertEquals("saved", browser.get(b.at("/app/get")).body());
        assertEquals("true", browser.get(a.at("/app/thread")).body());
    }

    @Test
    void keepsTheSessionsOfTwoContextsApartInOneBrowser() throws ServletException {
        a.deploy("/", info -> {});
        browser.get(a.at("/app/x?v=app"));
        String app = browser.cookie();
        browser.cookie("");
        browser.get(a.at("/x?v=root"));
        String root = browser.cookie();
        browser.cookie(root + "; JSESSIONID=" + app);
        assertEquals("app", browser.get(a.at("/app/get")).body());
        browser.cookie(app + "; JSESSIONID=" + root);
        assertEquals("app", browser.get(a.at("/app/get")).body());
        assertEquals("root", browser.get(a.at("/get")).body());
        browser.cookie(root);
        assertEquals("no session", browser.get(a.at("/app/get")).body());
    }

    @Test
    void asksNoStoreForARequestThatIsToBeIgnored() {
        browser.get(a.at("/app/x?v=1"));
        stores.freeze();
        HttpResponse<String> answer = browser.get(b.at("/app/style.css"));
        stores.thaw();
        assertEquals(200, answer.statusCode());
        assertEquals("no session", answer.body());
        assertEquals(List.of(), Browser.sessionCookies(answer));
        Waiting.until(
                "the stores are back",
                () -> browser.get(b.at("/app/get")).body().equals("1"));
    }

    @Test
    void refusesASessionThatNoStoreTakesAndSaysNothingWasSaved() {
        browser.get(a.at("/app/x?v=1"));
        a.page("/huge", (request, response) -> {
            request.getSession().setAttribute("x", "y".repeat(5_000_000));
            response.getWriter().print("saved");
        });
        HttpResponse<String> answer = browser.get(a.at("/app/huge"));
        assertEquals(503, answer.statusCode());
        assertEquals("", answer.body());
        assertEquals("1", browser.get(b.at("/app/get")).body());
        assertEquals("1", browser.get(a.at("/app/get")).body());
        assertTrue(browser.cookie().endsWith(".A"), browser.cookie());
    }
}
