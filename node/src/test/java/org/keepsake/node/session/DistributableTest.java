package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.keepsake.node.Node;
import org.keepsake.node.NodeConfig;
import org.keepsake.node.WebApplication;
import org.keepsake.node.deploy.War;
import org.keepsake.node.memcached.MemcachedNodes;

/** Whose sessions leave the node. */
@Timeout(120)
class DistributableTest {

    private static final String COUNTER = """
            @WebServlet("/count")
            public class Counter extends HttpServlet {
                protected void doGet(HttpServletRequest q, HttpServletResponse r) throws IOException {
                    HttpSession session = q.getSession();
                    int count = session.getAttribute("count") instanceof Integer n ? n + 1 : 1;
                    session.setAttribute("count", count);
                    r.getWriter().print(count);
                }
            }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Test
    void everybodysDoUnlessTheMarkIsRequired() throws IOException {
        War.empty().webXml("").classes("app.Counter", COUNTER).write(folder.resolve("silent.war"));
        War.empty().webXml("<distributable/>").classes("app.Counter", COUNTER).write(folder.resolve("marked.war"));
        War silentPart = War.jar().file("META-INF/web-fragment.xml", "<web-fragment version='6.0'></web-fragment>");
        War.empty()
                .webXml("<distributable/>")
                .library("part.jar", silentPart)
                .classes("app.Counter", COUNTER)
                .write(folder.resolve("partly.war"));
        assertEquals("1 2, 3 4, 5", countsInTurn("silent", false));
        assertEquals("1 2, 3 4, 5", countsInTurn("partly", false));
        assertEquals("1 2, 3 4, 5", countsInTurn("marked", true));
        assertEquals("1 2, 1 2, 1", countsInTurn("silent", true));
        assertEquals("1 2, 1 2, 1", countsInTurn("partly", true));
    }

    /** Two visits to A, two to B and one to A: a session that stays where it is begins anew at each. */
    private String countsInTurn(String application, boolean requireDistributable) throws IOException {
        try (RealMemcached store = RealMemcached.start("m1");
                Node a = node("A", application, requireDistributable, store);
                Node b = node("B", application, requireDistributable, store)) {
            Browser browser = new Browser();
            return count(browser, a, application) + " " + count(browser, a, application) + ", "
                    + count(browser, b, application) + " " + count(browser, b, application) + ", "
                    + count(browser, a, application);
        }
    }

    private static String count(Browser browser, Node node, String application) {
        String page = "http://127.0.0.1:" + node.address().getPort() + "/" + application + "/count";
        return browser.get(URI.create(page)).body();
    }

    private Node node(String name, String application, boolean requireDistributable, RealMemcached store)
            throws IOException {
        NodeConfig config = new NodeConfig(
                name,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                List.of(new WebApplication(folder.resolve(application + ".war"), Optional.empty())),
                Optional.empty(),
                folder.resolve("work"),
                SessionSettings.defaults(name).withRequireDistributable(requireDistributable),
                Optional.empty(),
                Duration.ofSeconds(10));
        return Node.start(config, new MemcachedNodes(1, List.of(store.node())));
    }
}
