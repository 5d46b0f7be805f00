package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
import org.keepsake.node.deploy.WebSocketClient;
import org.keepsake.node.memcached.MemcachedNodes;

/** WebSockets and the sessions they were opened in. */
@Timeout(120)
class WebSocketSessionTest {

    private static final String CHAT = """
            @jakarta.websocket.server.ServerEndpoint(value = "/chat", configurator = Chat.WithSession.class)
            public class Chat {
                public static class WithSession extends jakarta.websocket.server.ServerEndpointConfig.Configurator {
                    @Override
                    public void modifyHandshake(jakarta.websocket.server.ServerEndpointConfig config,
                            jakarta.websocket.server.HandshakeRequest request, jakarta.websocket.HandshakeResponse response) {
                        config.getUserProperties().put("session", request.getHttpSession());
                    }
                }
                @jakarta.websocket.OnMessage
                public String on(String text, jakarta.websocket.Session socket) {
                    HttpSession session = (HttpSession) socket.getUserProperties().get("session");
                    String before = (String) session.getAttribute("said");
                    session.setAttribute("said", text);
                    return before + " then " + text;
                }
            }
            """;

    private static final String PAGES = """
            @WebServlet({"/said", "/leave"})
            public class Pages extends HttpServlet {
                protected void doGet(HttpServletRequest q, HttpServletResponse r) throws IOException {
                    if (q.getServletPath().equals("/leave")) {
                        q.getSession().invalidate();
                    } else {
                        r.getWriter().print(q.getSession().getAttribute("said") + " "
                                + Collections.list(q.getSession().getAttributeNames()));
                        if (q.getParameter("say") != null) q.getSession().setAttribute("said", q.getParameter("say"));
                    }
                }
            }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private Node node(String name, RealMemcached store) throws IOException {
        NodeConfig config = new NodeConfig(
                name,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                List.of(new WebApplication(folder.resolve("app.war"), Optional.empty())),
                Optional.empty(),
                folder.resolve("work"),
                SessionSettings.defaults(name),
                Optional.empty(),
                Duration.ofSeconds(1));
        return Node.start(config, new MemcachedNodes(1, List.of(store.node())));
    }

    private static URI at(Node node, String path) {
        return URI.create("http://127.0.0.1:" + node.address().getPort() + path);
    }

    @Test
    void aSocketSeesItsSessionWritesToItAndEndsWithItButIsNoPartOfIt() throws Exception {
        War.empty()
                .webXml("<distributable/>")
                .classes("app.Chat", CHAT, "app.Pages", PAGES)
                .write(folder.resolve("app.war"));
        try (RealMemcached store = RealMemcached.start("m1");
                Node a = node("A", store);
                Node b = node("B", store)) {
            Browser browser = new Browser();
            browser.get(at(a, "/app/said?say=hello"));
            String cookie = "JSESSIONID=" + browser.cookie();
            try (WebSocketClient socket = WebSocketClient.connect(a.address().getPort(), "/app/chat", cookie)) {
                assertEquals("hello then one", socket.ask("one"));
                Waiting.until(
                        "the other node reads what the socket wrote",
                        () -> browser.get(at(b, "/app/said")).body().equals("one [said]"));
                String record = new String(store.get("s:/app:" + browser.id()), StandardCharsets.ISO_8859_1);
                assertTrue(record.contains("said"), record);
                assertTrue(!record.contains("undertow"), record);
                assertEquals("one [said]", browser.get(at(a, "/app/said")).body());
                browser.get(at(a, "/app/leave"));
                assertEquals("closed", socket.next());
            }
        }
    }
}
