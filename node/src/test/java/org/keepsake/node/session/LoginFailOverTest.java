package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.keepsake.node.Node;
import org.keepsake.node.NodeConfig;
import org.keepsake.node.WebApplication;
import org.keepsake.node.deploy.War;
import org.keepsake.node.memcached.MemcachedNodes;

/** Users who log in by a form, on two nodes that take turns. */
@Timeout(120)
class LoginFailOverTest {

    private static final String WEB_XML = """
            <security-constraint>
              <web-resource-collection><web-resource-name>in</web-resource-name><url-pattern>/in/*</url-pattern>
              </web-resource-collection>
              <auth-constraint><role-name>reader</role-name></auth-constraint>
            </security-constraint>
            <login-config>
              <auth-method>FORM</auth-method>
              <form-login-config><form-login-page>/login.html</form-login-page>
              <form-error-page>/error.html</form-error-page></form-login-config>
            </login-config>
            <security-role><role-name>reader</role-name></security-role>
            <distributable/>
            """;

    private static final String PAGES = """
            @WebServlet({"/in/*", "/logout", "/login-by-hand"})
            public class Pages extends HttpServlet {
                protected void service(HttpServletRequest q, HttpServletResponse r) throws IOException, ServletException {
                    switch (q.getServletPath()) {
                        case "/logout" -> q.logout();
                        case "/login-by-hand" -> q.login("alice", "secret");
                        default -> {}
                    }
                    HttpSession session = q.getSession(false);
                    r.getWriter().print(q.getMethod() + " " + q.getRemoteUser() + " " + q.isUserInRole("reader") + " "
                            + q.getAuthType() + " " + q.getParameter("comment") + " " + q.getHeader("X-Token") + " "
                            + (session == null ? null : session.getMaxInactiveInterval()
                                    + " " + java.util.Collections.list(session.getAttributeNames())));
                }
            }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private RealMemcached m1;
    private RealMemcached m2;
    private Node a;
    private Node b;
    private final Browser browser = new Browser();
    private int requests;

    @BeforeEach
    void start() throws IOException {
        m1 = RealMemcached.start("m1");
        m2 = RealMemcached.start("m2");
        War.empty()
                .webXml(WEB_XML)
                .classes("app.Pages", PAGES)
                .file("login.html", "please log in")
                .file("error.html", "wrong")
                .file("in/a.css", "css")
                .write(folder.resolve("app.war"));
        Files.writeString(
                folder.resolve("users.xml"),
                "<tomcat-users><user username='alice' password='secret' roles='reader'/></tomcat-users>");
        a = node("A");
        b = node("B");
    }

    private Node node(String name) throws IOException {
        NodeConfig config = new NodeConfig(
                name,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                List.of(new WebApplication(folder.resolve("app.war"), Optional.empty())),
                Optional.empty(),
                folder.resolve("work"),
                SessionSettings.defaults(name),
                Optional.of(folder.resolve("users.xml")),
                Duration.ofSeconds(10));
        return Node.start(config, new MemcachedNodes(1, List.of(m1.node(), m2.node())));
    }

    @AfterEach
    void stop() {
        for (Node node : new Node[] {a, b}) {
            if (node != null) {
                node.close();
            }
        }
        for (RealMemcached store : new RealMemcached[] {m1, m2}) {
            if (store != null) {
                store.close();
            }
        }
    }

    private static URI at(Node node, String path) {
        return URI.create("http://127.0.0.1:" + node.address().getPort() + path);
    }

    /** Every request goes to the other node than the one before. */
    private URI next(String path) {
        return at(requests++ % 2 == 0 ? a : b, path);
    }

    private HttpResponse<String> logIn(String password) {
        return browser.form(next("/app/j_security_check"), "j_username=alice&j_password=" + password);
    }

    @Test
    void everyStepOfALoginMayBeOnAnotherNode() {
        assertEquals("please log in", browser.get(next("/app/in/page?x=1")).body());
        String before = browser.id();
        HttpResponse<String> redirect = logIn("secret");
        assertEquals(302, redirect.statusCode());
        URI back = URI.create(redirect.headers().firstValue("Location").orElse(""));
        assertEquals("/app/in/page?x=1", back.getPath() + "?" + back.getQuery());
        assertNotEquals(before, browser.id());
        for (int i = 0; i < 6; i++) {
            assertEquals(
                    "GET alice true FORM null null 1800 []",
                    browser.get(next("/app/in/page?x=1")).body());
        }
    }

    @Test
    void aWrongPasswordIsWrongOnTheOtherNodeToo() {
        browser.get(next("/app/in/page"));
        assertEquals("wrong", logIn("guess").body());
        assertEquals("please log in", browser.get(next("/app/in/page")).body());
        assertEquals(302, logIn("secret").statusCode());
        assertTrue(browser.get(next("/app/in/page")).body().startsWith("GET alice"));
    }

    @Test
    void theOldIdOpensNothingAfterTheLogin() {
        browser.get(next("/app/in/page"));
        String before = browser.cookie();
        logIn("secret");
        browser.cookie(before);
        assertEquals("please log in", browser.get(at(a, "/app/in/page")).body());
        browser.cookie(before);
        assertEquals("please log in", browser.get(at(b, "/app/in/page")).body());
    }

    @Test
    void theUserStaysLoggedInWhenHisNodeIsGone() {
        browser.get(at(a, "/app/in/page"));
        browser.form(at(a, "/app/j_security_check"), "j_username=alice&j_password=secret");
        assertTrue(browser.get(at(a, "/app/in/page")).body().startsWith("GET alice true FORM"));
        String id = browser.id();
        a.close();
        assertTrue(browser.get(at(b, "/app/in/page")).body().startsWith("GET alice true FORM"));
        assertEquals(id, browser.id());
    }

    @Test
    void aLogoutHoldsOnTheOtherNode() {
        browser.get(next("/app/in/page"));
        logIn("secret");
        assertTrue(browser.get(at(a, "/app/in/page")).body().startsWith("GET alice"));
        assertTrue(browser.get(at(b, "/app/in/page")).body().startsWith("GET alice"));
        browser.get(at(a, "/app/logout"));
        assertEquals("please log in", browser.get(at(b, "/app/in/page")).body());
        assertEquals("please log in", browser.get(at(a, "/app/in/page")).body());
    }

    @Test
    void aLoginByHandTravelsToo() {
        assertTrue(browser.get(next("/app/login-by-hand")).body().startsWith("GET alice true"));
        for (int i = 0; i < 4; i++) {
            assertTrue(browser.get(next("/app/in/page")).body().startsWith("GET alice true"));
        }
    }

    @Test
    void whatWasPostedBeforeTheLoginArrivesAfterIt() {
        URI page = next("/app/in/comments?thread=7");
        assertEquals(
                "please log in",
                browser.form(page, "comment=" + "x".repeat(10_000), "X-Token", "t")
                        .body());
        logIn("secret");
        assertEquals(
                "POST alice true FORM " + "x".repeat(10_000) + " t 1800 []",
                browser.get(next("/app/in/comments?thread=7")).body());
        assertTrue(browser.get(next("/app/in/comments?thread=7")).body().startsWith("GET alice true FORM null null"));
    }

    @Test
    void aBodyTooLargeToKeepIsAskedForAgain() {
        browser.form(next("/app/in/comments"), "comment=" + "x".repeat(20_000));
        logIn("secret");
        assertTrue(browser.get(next("/app/in/comments")).body().startsWith("GET alice true FORM null null"));
    }

    @Test
    void aUserWhoIsNoLongerInTheFileIsOut() throws IOException {
        browser.get(at(a, "/app/in/page"));
        browser.form(at(a, "/app/j_security_check"), "j_username=alice&j_password=secret");
        Files.writeString(folder.resolve("users.xml"), "<tomcat-users/>");
        b.close();
        b = node("B");
        assertEquals("please log in", browser.get(at(b, "/app/in/page")).body());
    }

    @Test
    void theSessionShowsNothingOfTheContainers() {
        browser.get(next("/app/in/page"));
        logIn("secret");
        String page = browser.get(next("/app/in/page")).body();
        assertTrue(page.endsWith("[]"), page);
        assertFalse(browser.cookie().isEmpty());
    }
}
