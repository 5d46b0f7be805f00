package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionActivationListener;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keepsake.node.memcached.LogLines;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.restart.SavedSession;
import org.keepsake.node.session.restart.SessionFolder;
import org.keepsake.node.session.settings.HeapSettings;
import org.keepsake.node.session.settings.RecordSettings;
import org.keepsake.node.session.settings.RecordSettings.Granularity;
import org.keepsake.node.session.settings.SessionManagerKind;
import org.keepsake.node.session.view.Peers;

/** Sessions in the heap of one node that is stopped and started again. */
class StandardRestartTest {

    private static final Queue<String> HEARD = new ConcurrentLinkedQueue<>();
    private static final long HOUR = 3_600_000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private final Browser browser = new Browser();
    private SessionSettings settings = SessionSettings.defaults("A").with(SessionManagerKind.STANDARD);
    private Optional<TestNode> running = Optional.empty();

    /** Wants to know when its node lets go of it and when another goes on with it. */
    static final class Passenger implements HttpSessionActivationListener, Serializable {

        private static final long serialVersionUID = 1L;

        private final List<String> luggage = new ArrayList<>();

        @Override
        public void sessionWillPassivate(HttpSessionEvent event) {
            HEARD.add("passivate " + event.getSession().getAttribute("text"));
        }

        @Override
        public void sessionDidActivate(HttpSessionEvent event) {
            HEARD.add("activate " + event.getSession().getAttribute("text"));
        }

        @Override
        public String toString() {
            return luggage.toString();
        }
    }

    private static final class Failing implements HttpSessionActivationListener, Serializable {

        private static final long serialVersionUID = 1L;

        @Override
        public void sessionWillPassivate(HttpSessionEvent event) {
            throw new IllegalStateException("not now");
        }
    }

    private static final class Listener implements HttpSessionListener {

        @Override
        public void sessionCreated(HttpSessionEvent event) {
            HEARD.add("created");
        }

        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            HEARD.add("destroyed " + event.getSession().getAttribute("text"));
        }
    }

    private TestNode start() {
        HeapSettings heap = settings.heap().withDirectory(Optional.of(folder.resolve("sessions")));
        TestNode node = new TestNode(
                        settings.with(heap),
                        new MemcachedNodes(1, List.of()),
                        Peers.NONE,
                        "/app",
                        TestNode.listening(new Listener()))
                .page("/fill", (request, response) -> fill(request))
                .page("/add", (request, response) -> {
                    HttpSession session = request.getSession();
                    list(session).add(request.getParameter("v"));
                    if (session.getAttribute("passenger") instanceof Passenger passenger) {
                        passenger.luggage.add(request.getParameter("v"));
                    }
                })
                .page(
                        "/text",
                        (request, response) -> request.getSession().setAttribute("text", request.getParameter("v")))
                .page("/remove", (request, response) -> request.getSession().removeAttribute("number"))
                .page("/odd", (request, response) -> {
                    request.getSession().setAttribute("thread", Thread.currentThread());
                    request.getSession().setAttribute("failing", new Failing());
                    request.getSession().setAttribute("x".repeat(40_000), "has too long a name");
                })
                .page("/times", (request, response) -> {
                    HttpSession session = request.getSession();
                    response.getWriter()
                            .print(session.isNew() + " " + session.getCreationTime() + " "
                                    + session.getLastAccessedTime() + " " + session.getMaxInactiveInterval());
                })
                .page(
                        "/limit",
                        (request, response) -> request.getSession()
                                .setMaxInactiveInterval(Integer.parseInt(request.getParameter("v"))))
                .page("/end", (request, response) -> request.getSession().invalidate())
                .page("/all", (request, response) -> {
                    HttpSession session = request.getSession(false);
                    response.getWriter().print(session == null ? "no session" : all(session));
                });
        running = Optional.of(node);
        return node;
    }

    private static void fill(HttpServletRequest request) {
        HttpSession session = request.getSession();
        session.setAttribute("text", "some");
        session.setAttribute("number", 7);
        session.setAttribute("list", new ArrayList<>(List.of("1")));
        session.setAttribute("same", session.getAttribute("list"));
        session.setAttribute("map", Map.of("k", 1.5));
        session.setAttribute("passenger", new Passenger());
    }

    @SuppressWarnings("unchecked") // put there above
    private static List<String> list(HttpSession session) {
        return (List<String>) session.getAttribute("list");
    }

    private static String all(HttpSession session) {
        List<String> all = new ArrayList<>();
        for (Iterator<String> names = session.getAttributeNames().asIterator(); names.hasNext(); ) {
            String name = names.next();
            all.add(name + "=" + session.getAttribute(name));
        }
        all.sort(null);
        return all.toString();
    }

    private String get(String page) {
        return browser.get(running.orElseThrow().at("/app" + page)).body();
    }

    private String[] times() {
        return get("/times").split(" ", -1);
    }

    private void restart() {
        running.orElseThrow().close();
        TestNode unused = start();
    }

    private void granularity(Granularity granularity) {
        settings = settings.with(settings.records().withGranularity(granularity));
    }

    @AfterEach
    void stop() {
        running.ifPresent(TestNode::close);
        HEARD.clear();
    }

    @ParameterizedTest
    @EnumSource(Granularity.class)
    void goOnWithEverythingTheyHadAlsoWhatWasChangedInPlace(Granularity granularity) {
        granularity(granularity);
        TestNode unused = start();
        String unusedPages = get("/fill") + get("/add?v=2");
        String cookie = browser.cookie();
        String before = "list=[1, 2], map={k=1.5}, number=7, passenger=[2], same=[1, 2], text=some";
        assertEquals("[" + before + "]", get("/all"));
        restart();
        assertEquals("[" + before + "]", get("/all"));
        assertEquals(cookie, browser.cookie());
        assertEquals(0, running.orElseThrow().statistics().unsaved());

        unusedPages = get("/add?v=3") + get("/remove") + get("/text?v=other");
        restart();
        String shared = granularity == Granularity.SESSION ? "[1, 2, 3]" : "[1, 2]";
        assertEquals("[list=[1, 2, 3], map={k=1.5}, passenger=[2, 3], same=" + shared + ", text=other]", get("/all"));
        restart();
        restart();
        assertEquals("[list=[1, 2, 3], map={k=1.5}, passenger=[2, 3], same=" + shared + ", text=other]", get("/all"));
    }

    @ParameterizedTest
    @EnumSource(Granularity.class)
    void tellTheirObjectsOnceBeforeAndOnceAfter(Granularity granularity) {
        granularity(granularity);
        TestNode unused = start();
        String unusedPages = get("/fill") + get("/add?v=2");
        assertEquals(List.of("created"), List.copyOf(HEARD));
        restart();
        assertEquals(List.of("created", "passivate some", "activate some"), List.copyOf(HEARD));
        unusedPages = get("/all") + get("/add?v=3") + get("/all");
        assertEquals(List.of("created", "passivate some", "activate some"), List.copyOf(HEARD));
    }

    @Test
    void keepTheirTimesAndAreNotNew() {
        TestNode unused = start();
        String unusedPages = get("/fill") + get("/limit?v=4000");
        String[] before = times();
        long stopped = System.currentTimeMillis();
        restart();
        String[] after = times();
        assertEquals("false", after[0]);
        assertEquals(before[1], after[1]);
        assertTrue(Long.parseLong(after[2]) >= Long.parseLong(before[2]) && Long.parseLong(after[2]) <= stopped);
        assertEquals("4000", after[3]);
    }

    @Test
    void thoseThatEndedStayEnded() {
        TestNode unused = start();
        String unusedPages = get("/fill");
        String cookie = browser.cookie();
        unusedPages = get("/end");
        browser.cookie(cookie);
        restart();
        assertEquals("no session", get("/all"));
    }

    @Test
    void endOnceWhenTheirTimeRanOutMeanwhile() throws IOException {
        TestNode unused = start();
        String unusedPages = get("/fill");
        running.orElseThrow().close();
        waitsSince(System.currentTimeMillis() - HOUR, 1_800);
        unused = start();
        assertEquals("no session", get("/all"));
        running.orElseThrow().sweep();
        restart();
        assertEquals(List.of("created", "passivate some", "activate some", "destroyed some"), List.copyOf(HEARD));
    }

    @Test
    void liveOnHoweverLongAgoTheyWereUsedIfTheyHaveNoLimit() throws IOException {
        TestNode unused = start();
        String unusedPages = get("/fill");
        running.orElseThrow().close();
        waitsSince(System.currentTimeMillis() - 24 * HOUR, 0);
        unused = start();
        running.orElseThrow().sweep();
        assertTrue(get("/all").contains("number=7"));
    }

    /** Sets back the clock of what waits. */
    private void waitsSince(long lastAccess, int maxInactive) {
        var file = SessionFolder.open(folder.resolve("sessions").resolve("A")).file("/app", "", RecordCodec.PLAIN);
        List<SavedSession> waiting = file.take();
        assertEquals(1, waiting.size());
        file.save(waiting.stream()
                .map(each -> new SavedSession(each.id(), since(lastAccess, maxInactive, each.record()), lastAccess))
                .iterator());
    }

    private static SessionRecord since(long millis, int maxInactive, SessionRecord record) {
        return SessionRecord.created(record.id(), millis, maxInactive).withAttributes(record.attributes());
    }

    @Test
    void areNotProlongedByAClockThatWasSetBack() {
        SessionId id = new SessionId("ab".repeat(16), "heap");
        long now = System.currentTimeMillis();
        SessionRecord record = SessionRecord.created(id.toString(), now - HOUR, 1_800);
        SessionFolder.open(folder.resolve("sessions").resolve("A"))
                .file("/app", "", RecordCodec.PLAIN)
                .save(List.of(new SavedSession(id, record, now + HOUR)).iterator());
        TestNode unused = start();
        browser.cookie(id.toString());
        long lastAccess = Long.parseLong(times()[2]);
        assertTrue(lastAccess <= System.currentTimeMillis(), () -> lastAccess + " is later than now");
    }

    @ParameterizedTest
    @EnumSource(Granularity.class)
    void leaveBehindWhatTheFilterDoesNotName(Granularity granularity) {
        granularity(granularity);
        RecordSettings filtered = settings.records().withAttributes(Optional.of(Pattern.compile("text|list")));
        settings = settings.with(filtered);
        TestNode unused = start();
        String unusedPages = get("/fill");
        assertTrue(get("/all").contains("number=7"));
        restart();
        assertEquals("[list=[1], text=some]", get("/all"));
    }

    @ParameterizedTest
    @EnumSource(Granularity.class)
    void leaveBehindWhatCannotBeEncodedWithOneWarningEach(Granularity granularity) {
        granularity(granularity);
        TestNode unused = start();
        String unusedPages = get("/fill") + get("/odd");
        try (LogLines log = new LogLines(AttributeObjects.class)) {
            running.orElseThrow().close();
            assertEquals(
                    granularity == Granularity.SESSION ? 1 : 2,
                    log.lines().size(),
                    log.lines().toString());
            assertTrue(
                    log.lines().stream().anyMatch(line -> line.contains("attribute thread of java.lang.Thread")),
                    log.lines().toString());
        }
        unused = start();
        String after = get("/all");
        assertTrue(after.contains("list=[1]") && after.contains("failing=") && !after.contains("thread="), after);
    }

    @Test
    void areCountedButNeverRefused() {
        TestNode unused = start();
        String unusedPages = get("/fill");
        new Browser().get(running.orElseThrow().at("/app/fill"));
        settings = settings.with(settings.heap().withMaxActive(1));
        restart();
        assertEquals(2, running.orElseThrow().statistics().active());
        assertTrue(get("/all").contains("number=7"));
        assertEquals(
                500, new Browser().get(running.orElseThrow().at("/app/fill")).statusCode());
    }

    @Test
    void begetNoErrorFromAFileThatCannotBeRead() throws IOException {
        Path damaged =
                Files.createDirectories(folder.resolve("sessions").resolve("A")).resolve("app.sessions");
        Files.writeString(damaged, "damaged");
        TestNode unused = start();
        assertEquals("no session", get("/all"));
        assertTrue(Files.exists(damaged.resolveSibling("app.sessions.unreadable")));
    }

    @Test
    void endWithTheNodeIfNoDirectoryIsNamed() {
        TestNode node = new TestNode(settings, new MemcachedNodes(1, List.of()), Peers.NONE).setsAndGets();
        browser.get(node.at("/app/set?v=1"));
        node.close();
        try (TestNode next = new TestNode(settings, new MemcachedNodes(1, List.of()), Peers.NONE).setsAndGets()) {
            assertEquals("no session", browser.get(next.at("/app/get")).body());
        }
    }
}
