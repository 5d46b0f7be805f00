package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.servlet.http.HttpSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.settings.RecordSettings;
import org.keepsake.node.session.settings.RecordSettings.Granularity;

/** Sessions whose attributes are encoded together, and sessions of which some never leave the node. */
class GraphSessionsTest {

    private final Browser browser = new Browser();
    private final FakePeers cluster = new FakePeers();
    private final List<TestNode> nodes = new ArrayList<>();
    private RealMemcached store;

    @BeforeEach
    void start() {
        store = RealMemcached.start("m1");
    }

    @AfterEach
    void stop() {
        nodes.forEach(TestNode::close);
        store.close();
    }

    private TestNode node(String name, Granularity granularity, Optional<Pattern> leaving) {
        RecordSettings usual = RecordSettings.defaults();
        RecordSettings records = new RecordSettings(
                usual.transcoder(),
                usual.customConverters(),
                usual.copyCollections(),
                granularity,
                leaving,
                usual.keyPrefix(),
                usual.secretFile());
        TestNode node = new TestNode(
                        SessionSettings.defaults(name).with(records),
                        new MemcachedNodes(1, List.of(store.node())),
                        cluster.join())
                .page("/share", (request, response) -> {
                    List<String> shared = new ArrayList<>(List.of("1"));
                    request.getSession().setAttribute("one", shared);
                    request.getSession().setAttribute("two", shared);
                })
                .page("/add", (request, response) -> {
                    @SuppressWarnings("unchecked") // put there above
                    List<String> one = (List<String>) request.getSession().getAttribute("one");
                    one.add(request.getParameter("v"));
                })
                .page(
                        "/set",
                        (request, response) ->
                                request.getSession().setAttribute(request.getParameter("n"), request.getParameter("v")))
                .page("/remove", (request, response) -> request.getSession().removeAttribute(request.getParameter("n")))
                .page("/all", (request, response) -> {
                    HttpSession session = request.getSession();
                    List<String> all = new ArrayList<>();
                    session.getAttributeNames()
                            .asIterator()
                            .forEachRemaining(each -> all.add(each + "=" + session.getAttribute(each)));
                    all.sort(null);
                    response.getWriter().print(all);
                });
        nodes.add(node);
        return node;
    }

    private String all(TestNode node) {
        return browser.get(node.at("/app/all")).body();
    }

    @Test
    void keepsAnObjectOfTwoAttributesOneObjectOnTheOtherNode() {
        TestNode a = node("A", Granularity.SESSION, Optional.empty());
        TestNode b = node("B", Granularity.SESSION, Optional.empty());
        browser.get(a.at("/app/share"));
        browser.get(b.at("/app/add?v=2"));
        assertEquals("[one=[1, 2], two=[1, 2]]", all(a));
        browser.get(a.at("/app/add?v=3"));
        browser.get(a.at("/app/set?n=three&v=x"));
        assertEquals("[one=[1, 2, 3], three=x, two=[1, 2, 3]]", all(b));
        browser.get(b.at("/app/remove?n=one"));
        assertEquals("[three=x, two=[1, 2, 3]]", all(a));
        browser.get(a.at("/app/set?n=three&v=y"));
        assertEquals("[three=y, two=[1, 2, 3]]", all(b));
        assertEquals("[three=y, two=[1, 2, 3]]", all(a));
        assertEquals(0, a.statistics().conflicts() + b.statistics().conflicts());
    }

    @Test
    void writesNothingWhenNothingChanged() {
        TestNode a = node("A", Granularity.SESSION, Optional.empty());
        browser.get(a.at("/app/share"));
        long saved = a.statistics().saved();
        for (int i = 0; i < 5; i++) {
            assertEquals("[one=[1], two=[1]]", all(a));
        }
        assertEquals(saved, a.statistics().saved());
    }

    @Test
    void keepsOnTheNodeWhatTheFilterDoesNotName() {
        for (Granularity granularity : Granularity.values()) {
            browser.cookie("");
            TestNode a = node("A" + granularity, granularity, Optional.of(Pattern.compile("one|two|three")));
            TestNode b = node("B" + granularity, granularity, Optional.of(Pattern.compile("one|two|three")));
            browser.get(a.at("/app/set?n=three&v=x"));
            browser.get(a.at("/app/set?n=here&v=y"));
            assertEquals("[three=x]", all(b), granularity.toString());
            assertEquals("[here=y, three=x]", all(a), granularity.toString());
            browser.get(b.at("/app/set?n=three&v=z"));
            assertEquals("[here=y, three=z]", all(a), granularity.toString());
        }
    }
}
