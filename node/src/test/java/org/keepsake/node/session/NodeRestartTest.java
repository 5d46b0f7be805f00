package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.keepsake.node.Node;
import org.keepsake.node.NodeConfig;
import org.keepsake.node.WebApplication;
import org.keepsake.node.deploy.DeploymentFailed;
import org.keepsake.node.deploy.War;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.settings.SessionManagerKind;

/** A whole node, whose applications have classes of their own, that is stopped and started again. */
@Timeout(120)
class NodeRestartTest {

    private static final String CART = "public class Cart implements Serializable { int items; }";

    private static final String COUNTER = """
            @WebServlet("/count")
            public class Counter extends HttpServlet {
                protected void doGet(HttpServletRequest q, HttpServletResponse r) throws IOException {
                    HttpSession session = q.getSession();
                    if (session.getAttribute("cart") == null) session.setAttribute("cart", new Cart());
                    r.getWriter().print(++((Cart) session.getAttribute("cart")).items);
                }
            }
            """;

    private static final String BROKEN = """
            @WebFilter("/broken")
            public class Broken extends HttpFilter {
                public void init() throws ServletException { throw new ServletException("broken"); }
            }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private final Browser browser = new Browser();

    private Node start(SessionSettings settings, MemcachedNodes stores, String... applications) throws IOException {
        Path directory = folder.resolve("sessions");
        NodeConfig config = new NodeConfig(
                "A",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Stream.of(applications)
                        .map(name -> new WebApplication(folder.resolve(name), Optional.empty()))
                        .toList(),
                Optional.empty(),
                folder.resolve("work"),
                settings.with(settings.heap().withDirectory(Optional.of(directory))),
                Optional.empty(),
                Duration.ofSeconds(10));
        return Node.start(config, stores);
    }

    private Node standard() throws IOException {
        return start(
                SessionSettings.defaults("A").with(SessionManagerKind.STANDARD),
                new MemcachedNodes(1, List.of()),
                "shop##2.war");
    }

    private String count(Node node, String application) {
        String page = "http://127.0.0.1:" + node.address().getPort() + "/" + application + "/count";
        return browser.get(URI.create(page)).body();
    }

    private List<String> waiting() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("sessions").resolve("A"))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void bringsBackTheSessionsThatStayOnItAndLeavesTheOthersToTheStores() throws IOException {
        War.empty().webXml("").classes("app.Cart", CART, "app.Counter", COUNTER).write(folder.resolve("a#b.war"));
        War.empty()
                .webXml("<distributable/>")
                .classes("app.Cart", CART, "app.Counter", COUNTER)
                .write(folder.resolve("marked.war"));
        SessionSettings settings = SessionSettings.defaults("A").withRequireDistributable(true);
        try (RealMemcached store = RealMemcached.start("m1")) {
            MemcachedNodes stores = new MemcachedNodes(1, List.of(store.node()));
            try (Node node = start(settings, stores, "a#b.war", "marked.war")) {
                assertEquals("1", count(node, "a/b"));
                assertEquals("2", count(node, "a/b"));
                new Browser()
                        .get(URI.create("http://127.0.0.1:" + node.address().getPort() + "/marked/count"));
            }
            assertEquals(List.of("a#b.sessions"), waiting());
            try (Node node = start(settings, stores, "a#b.war", "marked.war")) {
                assertEquals("3", count(node, "a/b"));
                assertEquals(List.of(), waiting());
            }
        }
    }

    @Test
    void losesNoneToAnApplicationThatDoesNotStart() throws IOException {
        War good = War.empty().webXml("").classes("app.Cart", CART, "app.Counter", COUNTER);
        good.write(folder.resolve("shop##2.war"));
        try (Node node = standard()) {
            assertEquals("1", count(node, "shop"));
        }
        War.empty()
                .webXml("")
                .classes("app.Cart", CART, "app.Counter", COUNTER, "app.Broken", BROKEN)
                .write(folder.resolve("shop##2.war"));
        DeploymentFailed failed = assertThrows(DeploymentFailed.class, this::standard);
        assertTrue(String.valueOf(failed.getMessage()).contains("broken"), failed.getMessage());
        assertEquals(List.of("shop##2.sessions"), waiting());
        good.write(folder.resolve("shop##2.war"));
        try (Node node = standard()) {
            assertEquals("2", count(node, "shop"));
        }
    }
}
