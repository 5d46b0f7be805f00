package org.keepsake.node.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** WebSocket endpoints of applications. */
@Timeout(120)
class WebSocketTest {

    private static final String ECHO = """
            @jakarta.websocket.server.ServerEndpoint("/echo/{room}")
            public class Echo {
                @jakarta.websocket.OnMessage
                public String on(String text, @jakarta.websocket.server.PathParam("room") String room) {
                    return room + ": " + text + " on " + (Thread.currentThread().getName().contains("I/O") ? "I/O" : "task");
                }
            }
            """;

    private static final String PLAIN = """
            public class Plain extends jakarta.websocket.Endpoint {
                public void onOpen(jakarta.websocket.Session session, jakarta.websocket.EndpointConfig config) {
                    session.addMessageHandler(String.class, text -> session.getAsyncRemote().sendText("plain " + text));
                }
            }
            """;

    private static final String CHOICE = """
            public class Choice implements jakarta.websocket.server.ServerApplicationConfig {
                public Set<jakarta.websocket.server.ServerEndpointConfig> getEndpointConfigs(
                        Set<Class<? extends jakarta.websocket.Endpoint>> found) {
                    Set<jakarta.websocket.server.ServerEndpointConfig> all = new HashSet<>();
                    for (Class<?> type : found) {
                        all.add(jakarta.websocket.server.ServerEndpointConfig.Builder.create(type, "/plain").build());
                    }
                    return all;
                }
                public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> found) {
                    return Set.of();
                }
            }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Test
    void findsAnnotatedEndpointsAndCallsThemOffTheIoThread() throws Exception {
        try (Running app = Running.at("/app", War.empty().classes("app.Echo", ECHO), folder);
                WebSocketClient client = WebSocketClient.connect(app.port(), "/app/echo/kitchen", "")) {
            assertEquals("kitchen: hello on task", client.ask("hello"));
            assertEquals("kitchen: " + "x".repeat(100_000) + " on task", whole(client, "x".repeat(100_000)));
        }
    }

    private static String whole(WebSocketClient client, String text) throws InterruptedException {
        StringBuilder answer = new StringBuilder(client.ask(text));
        while (!answer.toString().endsWith(" on task")) {
            answer.append(client.next());
        }
        return answer.toString();
    }

    @Test
    void findsEndpointsOfLibraries() throws Exception {
        War war = War.empty().library("echo.jar", War.jar().classes("app.Echo", ECHO));
        try (Running app = Running.at("/app", war, folder);
                WebSocketClient client = WebSocketClient.connect(app.port(), "/app/echo/attic", "")) {
            assertEquals("attic: hello on task", client.ask("hello"));
        }
    }

    @Test
    void letsAServerApplicationConfigChoose() throws Exception {
        War war = War.empty().classes("app.Echo", ECHO, "app.Plain", PLAIN, "app.Choice", CHOICE);
        try (Running app = Running.at("/app", war, folder)) {
            try (WebSocketClient client = WebSocketClient.connect(app.port(), "/app/plain", "")) {
                assertEquals("plain hello", client.ask("hello"));
            }
            assertThrows(CompletionException.class, () -> WebSocketClient.connect(app.port(), "/app/echo/kitchen", ""));
        }
    }

    @Test
    void letsAListenerAddEndpoints() throws Exception {
        War war = War.empty().classes("app.Plain", PLAIN, "app.Adding", """
                @WebListener
                public class Adding implements ServletContextListener {
                    public void contextInitialized(ServletContextEvent event) {
                        var container = (jakarta.websocket.server.ServerContainer)
                                event.getServletContext().getAttribute("jakarta.websocket.server.ServerContainer");
                        try {
                            container.addEndpoint(jakarta.websocket.server.ServerEndpointConfig.Builder
                                    .create(Plain.class, "/added").build());
                        } catch (jakarta.websocket.DeploymentException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                }
                """);
        try (Running app = Running.at("/app", war, folder);
                WebSocketClient client = WebSocketClient.connect(app.port(), "/app/added", "")) {
            assertEquals("plain hello", client.ask("hello"));
        }
    }

    @Test
    void anApplicationMayBeAClientToo() throws Exception {
        War war = War.empty().classes("app.Echo", ECHO, "app.Caller", """
                @WebServlet("/call")
                public class Caller extends HttpServlet {
                    @jakarta.websocket.ClientEndpoint
                    public static class Ear {
                        static final java.util.concurrent.CompletableFuture<String> HEARD =
                                new java.util.concurrent.CompletableFuture<>();
                        @jakarta.websocket.OnMessage
                        public void on(String text) { HEARD.complete(text); }
                    }
                    protected void doGet(HttpServletRequest q, HttpServletResponse r) throws IOException, ServletException {
                        try (jakarta.websocket.Session session = jakarta.websocket.ContainerProvider.getWebSocketContainer()
                                .connectToServer(Ear.class, java.net.URI.create(
                                        "ws://127.0.0.1:" + q.getLocalPort() + "/app/echo/self"))) {
                            session.getBasicRemote().sendText("hi");
                            r.getWriter().print(Ear.HEARD.get(20, java.util.concurrent.TimeUnit.SECONDS));
                        } catch (Exception e) {
                            throw new ServletException(e);
                        }
                    }
                }
                """);
        try (Running app = Running.at("/app", war, folder)) {
            assertEquals("self: hi on task", app.body("/app/call"));
        }
    }

    @Test
    void saysWhichEndpointIsWrong() {
        War war = War.empty()
                .classes(
                        "app.A",
                        ECHO.replace("Echo", "A"),
                        "app.B",
                        ECHO.replace("Echo", "B").replace("{room}", "{r}"));
        IOException failure = assertThrows(IOException.class, () -> Running.at("/app", war, folder));
        assertTrue(String.valueOf(failure.getMessage()).contains("does not start"), failure.getMessage());
    }
}
