package org.keepsake.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.keepsake.node.deploy.DeploymentFailed;
import org.keepsake.node.deploy.War;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.SessionSettings;

/** A node from its port to its applications. */
@Timeout(120)
class NodeTest {

    private static final MemcachedNodes NO_STORES = new MemcachedNodes(1, List.of());

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private NodeConfig config(int port, Optional<Path> webapps, WebApplication... applications) {
        return new NodeConfig(
                "A",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                List.of(applications),
                webapps,
                folder.resolve("work"),
                SessionSettings.defaults("A"),
                Optional.empty(),
                Duration.ofSeconds(30));
    }

    private Node start(WebApplication... applications) throws IOException {
        return Node.start(config(0, Optional.empty(), applications), NO_STORES);
    }

    private WebApplication application(String file, War war) throws IOException {
        return new WebApplication(war.write(folder.resolve(file)), Optional.empty());
    }

    private static HttpRequest.Builder request(InetSocketAddress address, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path));
    }

    private HttpResponse<String> get(Node node, String path, String... headers) throws Exception {
        HttpRequest.Builder request = request(node.address(), path);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static War servlet(String body) {
        return War.empty().classes("app.Answer", """
                        @WebServlet("/answer") @MultipartConfig(fileSizeThreshold = 1024)
                        public class Answer extends HttpServlet {
                            protected void service(HttpServletRequest q, HttpServletResponse r)
                                    throws IOException, ServletException {
                        """ + body + "}}");
    }

    @Test
    void servesApplicationsByTheirNamesAndSays404Elsewhere() throws Exception {
        try (Node node = start(
                application("shop.war", War.empty().file("a.txt", "shop")),
                application("a#b.war", War.empty().file("a.txt", "deep")))) {
            assertEquals("shop", get(node, "/shop/a.txt").body());
            assertEquals("deep", get(node, "/a/b/a.txt").body());
            assertEquals(404, get(node, "/").statusCode());
            assertEquals(404, get(node, "/shopping/a.txt").statusCode());
        }
        try (Node node = start(application("ROOT.war", War.empty().file("a.txt", "root")))) {
            assertEquals("root", get(node, "/a.txt").body());
        }
    }

    @Test
    void tellsApplicationsTheNameOfTheNode() throws Exception {
        War war = servlet("r.getWriter().print(getServletContext().getAttribute(\"org.keepsake.node.name\"));");
        try (Node node = start(application("ROOT.war", war))) {
            assertEquals("A", get(node, "/answer").body());
        }
    }

    @Test
    void leavesOutABrokenApplicationOfTheDirectoryAndServesTheOthers() throws Exception {
        Path webapps = Files.createDirectory(folder.resolve("webapps"));
        Files.writeString(webapps.resolve("broken.war"), "no zip");
        War.empty().file("a.txt", "one").write(webapps.resolve("one.war"));
        War.empty().file("a.txt", "two").explode(webapps.resolve("two"));
        Files.writeString(webapps.resolve("README.txt"), "no application");
        try (Node node = Node.start(config(0, Optional.of(webapps)), NO_STORES)) {
            assertEquals("one", get(node, "/one/a.txt").body());
            assertEquals("two", get(node, "/two/a.txt").body());
            assertEquals(404, get(node, "/broken/a.txt").statusCode());
        }
    }

    @Test
    void refusesToStartWhenANamedApplicationIsBrokenAndFreesThePort() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.war"), "no zip");
        int port = FreePort.next();
        NodeConfig config = config(port, Optional.empty(), new WebApplication(broken, Optional.empty()));
        DeploymentFailed failure = assertThrows(DeploymentFailed.class, () -> Node.start(config, NO_STORES));
        assertEquals("war " + broken + ": not a zip file", failure.getMessage());
        Node.start(config(port, Optional.empty()), NO_STORES).close();
    }

    @Test
    void refusesTwoApplicationsOfOneContextWhateverTheirVersion() throws Exception {
        WebApplication first = application("shop##1.war", War.empty().file("a.txt", "1"));
        WebApplication second = application("shop##2.war", War.empty().file("a.txt", "2"));
        DeploymentFailed failure = assertThrows(DeploymentFailed.class, () -> start(first, second));
        assertEquals("war " + second.war() + ": context /shop is taken by " + first.war(), failure.getMessage());
    }

    @Test
    void letsATakenPortBeKnownAsTheSystemSaysIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            NodeConfig config = config(taken.getLocalPort(), Optional.empty());
            assertThrows(BindException.class, () -> Node.start(config, NO_STORES));
        }
    }

    @Test
    void answers503WithRetryAfterWhileItStillDeploys() throws Exception {
        War war = War.empty().classes("app.Slow", """
                        @WebListener
                        public class Slow implements ServletContextListener {
                            public void contextInitialized(ServletContextEvent e) {
                                try {
                                    while (!new File(System.getProperty("keepsake.test.go")).exists()) Thread.sleep(10);
                                } catch (InterruptedException i) {
                                    throw new IllegalStateException(i);
                                }
                            }
                        }
                        """).file("a.txt", "there");
        Path go = folder.resolve("go");
        int port = FreePort.next();
        NodeConfig config = config(port, Optional.empty(), application("ROOT.war", war));
        System.setProperty("keepsake.test.go", go.toString());
        try {
            CompletableFuture<Node> starting = CompletableFuture.supplyAsync(() -> startUnchecked(config));
            HttpResponse<String> early = whenItListens(port);
            assertEquals(503, early.statusCode());
            assertEquals("1", early.headers().firstValue("Retry-After").orElse(""));
            Files.createFile(go);
            try (Node node = starting.get(60, TimeUnit.SECONDS)) {
                assertEquals("there", get(node, "/a.txt").body());
            }
        } finally {
            System.clearProperty("keepsake.test.go");
        }
    }

    private static Node startUnchecked(NodeConfig config) {
        try {
            return Node.start(config, NO_STORES);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private HttpResponse<String> whenItListens(int port) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                return send(request(address, "/a.txt"));
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
    }

    @Test
    void letsApplicationsSeeTheClientBehindTheBalancer() throws Exception {
        War war = servlet("""
                if (q.getParameter("go") != null) { r.sendRedirect("there"); return; }
                r.getWriter().print(q.isSecure() + " " + q.getScheme() + " " + q.getRemoteAddr() + " " + q.getRequestURL()
                        + " " + q.getServerPort());
                """);
        try (Node node = start(application("shop.war", war))) {
            String[] https = {
                "X-Forwarded-Proto",
                "https",
                "X-Forwarded-For",
                "203.0.113.7, 10.0.0.1",
                "X-Forwarded-Host",
                "shop.example"
            };
            assertEquals(
                    "true https 203.0.113.7 https://shop.example/shop/answer 443",
                    get(node, "/shop/answer", https).body());
            assertEquals(
                    "https://shop.example/shop/there",
                    get(node, "/shop/answer?go", https)
                            .headers()
                            .firstValue("Location")
                            .orElse(""));
            assertEquals(
                    "http://shop.example:8080/shop/",
                    get(node, "/shop", "X-Forwarded-Host", "shop.example:8080")
                            .headers()
                            .firstValue("Location")
                            .orElse(""));
            assertTrue(get(node, "/shop/answer").body().startsWith("false http 127.0.0.1 http://127.0.0.1:"));
        }
    }

    @Test
    void believesNoForwardedHeaderThatMakesNoSense() throws Exception {
        War war =
                servlet("r.getWriter().print(q.getScheme() + \" \" + q.getRemoteAddr() + \" \" + q.getServerName());");
        try (Node node = start(application("shop.war", war))) {
            assertEquals(
                    "http 127.0.0.1 127.0.0.1",
                    get(
                                    node,
                                    "/shop/answer",
                                    "X-Forwarded-Proto",
                                    "javascript",
                                    "X-Forwarded-For",
                                    "evil.example, 999.1.1.1",
                                    "X-Forwarded-Host",
                                    "evil/path")
                            .body());
        }
    }

    @Test
    void takesAnUploadOfFiveMegabytesAndRefusesAFormOfTwenty() throws Exception {
        War war = servlet("""
                if (q.getContentType().startsWith("multipart")) r.getWriter().print(q.getPart("f").getSize());
                else if (q.getContentType().startsWith("application/x")) r.getWriter().print(q.getParameter("a").length());
                else r.getWriter().print(q.getInputStream().readAllBytes().length);
                """);
        String part = "--xx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.bin\"\r\n\r\n"
                + "x".repeat(5_000_000) + "\r\n--xx--\r\n";
        try (Node node = start(application("shop.war", war))) {
            assertEquals(
                    "5000000",
                    post(node, "multipart/form-data; boundary=xx", part).body());
            assertEquals(
                    "5000000", post(node, "text/plain", "x".repeat(5_000_000)).body());
            String form = "application/x-www-form-urlencoded";
            assertEquals(
                    "3000000", post(node, form, "a=" + "x".repeat(3_000_000)).body());
            assertTrue(refusesForm(node, form, "a=" + "x".repeat(20_000_000)));
        }
    }

    private HttpResponse<String> post(Node node, String type, String body) throws Exception {
        return send(request(node.address(), "/shop/answer")
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** An error, or a connection closed before all was sent. */
    private boolean refusesForm(Node node, String type, String body) throws Exception {
        try {
            return post(node, type, body).statusCode() >= 400;
        } catch (IOException closed) {
            return true;
        }
    }

    @Test
    void servesFiftySlowRequestsAtOnce() throws Exception {
        War war = War.empty().classes("app.Meet", """
                        @WebServlet("/meet")
                        public class Meet extends HttpServlet {
                            private final java.util.concurrent.CyclicBarrier all = new java.util.concurrent.CyclicBarrier(50);
                            protected void doGet(HttpServletRequest q, HttpServletResponse r)
                                    throws IOException, ServletException {
                                try {
                                    all.await(60, java.util.concurrent.TimeUnit.SECONDS);
                                } catch (Exception e) {
                                    throw new ServletException(e);
                                }
                                r.getWriter().print("met");
                            }
                        }
                        """);
        try (Node node = start(application("ROOT.war", war))) {
            List<CompletableFuture<HttpResponse<String>>> answers = Stream.generate(() -> client.sendAsync(
                            request(node.address(), "/meet").build(), HttpResponse.BodyHandlers.ofString()))
                    .limit(50)
                    .toList();
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertEquals("met", answer.get(90, TimeUnit.SECONDS).body());
            }
        }
    }

    @Test
    void letsRequestsUnderWayFinishWhenItCloses() throws Exception {
        War war = servlet("""
                getServletContext().setAttribute("in", "yes");
                new File(System.getProperty("keepsake.test.in")).createNewFile();
                try {
                    while (!new File(System.getProperty("keepsake.test.out")).exists()) Thread.sleep(10);
                } catch (InterruptedException e) {
                    throw new ServletException(e);
                }
                r.getWriter().print("finished");
                """);
        Path in = folder.resolve("in");
        Path out = folder.resolve("out");
        System.setProperty("keepsake.test.in", in.toString());
        System.setProperty("keepsake.test.out", out.toString());
        Node node = start(application("ROOT.war", war));
        try {
            CompletableFuture<HttpResponse<String>> underWay =
                    client.sendAsync(request(node.address(), "/answer").build(), HttpResponse.BodyHandlers.ofString());
            while (!Files.exists(in)) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            InetSocketAddress address = node.address();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(node::close);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (send(request(address, "/")).statusCode() != 503 && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            Files.createFile(out);
            assertEquals("finished", underWay.get(60, TimeUnit.SECONDS).body());
            closing.get(60, TimeUnit.SECONDS);
            assertThrows(IOException.class, () -> send(request(address, "/")));
        } finally {
            System.clearProperty("keepsake.test.in");
            System.clearProperty("keepsake.test.out");
            node.close();
        }
    }
}
