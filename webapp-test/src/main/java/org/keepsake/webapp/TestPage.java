package org.keepsake.webapp;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One visit of the test page: counts it in the session and holds what {@code index.jsp} shows. Text is as it is; the page
 * escapes it with {@link #escape}.
 */
public final class TestPage {

    /** The session attribute of the reference's test page. */
    static final String ATTRIBUTE = "san.com";

    private static final String VISITS = "visits";
    private static final String LATEST = "visits.latest";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm:ss z", Locale.ENGLISH)
            .withZone(ZoneId.systemDefault());
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("HH", Locale.ENGLISH).withZone(ZoneId.systemDefault());
    private static final DateTimeFormatter MINUTE_AND_SECOND =
            DateTimeFormatter.ofPattern("mm:ss", Locale.ENGLISH).withZone(ZoneId.systemDefault());

    private final String node;
    private final HttpSession session;
    private final int number;
    private final List<Visits.Visit> latest;
    private final String story;
    private final String nonce;

    private TestPage(String node, HttpSession session, int number, List<Visits.Visit> latest, String story) {
        this.node = node;
        this.session = session;
        this.number = number;
        this.latest = latest;
        this.story = story;
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        this.nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Counts the visit, sets the response's headers, and returns what to show. */
    public static TestPage visit(HttpServletRequest request, HttpServletResponse response) {
        Optional<String> unknown =
                Optional.ofNullable(request.getRequestedSessionId()).filter(id -> !request.isRequestedSessionIdValid());
        HttpSession session = request.getSession();
        String node = ServingNode.name(request, session);
        int number = session.getAttribute(VISITS) instanceof Integer before ? before + 1 : 1;
        Visits before =
                session.getAttribute(LATEST) instanceof String text ? Visits.parse(text) : new Visits(List.of());
        Visits visits = before.with(new Visits.Visit(node, System.currentTimeMillis()));
        session.setAttribute(VISITS, number);
        session.setAttribute(LATEST, visits.text());
        if (session.getAttribute(ATTRIBUTE) == null) {
            session.setAttribute(ATTRIBUTE, "san.com");
        }
        TestPage page =
                new TestPage(node, session, number, visits.latest(), Story.tell(visits.latest(), number, unknown));
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'nonce-" + page.nonce
                        + "'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'");
        return page;
    }

    /** Sends the browser back to the page, whatever it did before. */
    static void showAgain(HttpServletRequest request, HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", request.getContextPath() + "/");
    }

    /** Makes a text harmless in HTML, between tags and in quoted attributes. */
    public static String escape(Object text) {
        return String.valueOf(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    public String node() {
        return node;
    }

    public String story() {
        return story;
    }

    public int number() {
        return number;
    }

    public List<Visits.Visit> latest() {
        return latest;
    }

    public String nonce() {
        return nonce;
    }

    public String sessionId() {
        return session.getId();
    }

    /** The home store, or how sessions are kept where there is none. */
    public String home() {
        String store = ServingNode.homeStore(session.getId());
        return store.isEmpty() ? "in the container" : store;
    }

    public String attribute() {
        return String.valueOf(session.getAttribute(ATTRIBUTE));
    }

    public long createdMillis() {
        return session.getCreationTime();
    }

    public String created() {
        return DATE.format(Instant.ofEpochMilli(session.getCreationTime()));
    }

    /** The hour of a visit, which a small screen has no room for. */
    public String hour(Visits.Visit visit) {
        return HOUR.format(Instant.ofEpochMilli(visit.time()));
    }

    /** The rest of its time of day. */
    public String minuteAndSecond(Visits.Visit visit) {
        return MINUTE_AND_SECOND.format(Instant.ofEpochMilli(visit.time()));
    }

    /** A time as HTML's {@code <time>} wants it. */
    public String iso(long millis) {
        return ZonedDateTime.ofInstant(Instant.ofEpochMilli(millis), ZoneId.of("UTC"))
                .format(DateTimeFormatter.ISO_INSTANT);
    }

    /** The process that serves, for who wants to end it. */
    public long processId() {
        return ProcessHandle.current().pid();
    }
}
