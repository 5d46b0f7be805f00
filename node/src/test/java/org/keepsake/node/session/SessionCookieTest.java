package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keepsake.node.Node;
import org.keepsake.node.NodeConfig;
import org.keepsake.node.WebApplication;
import org.keepsake.node.deploy.War;
import org.keepsake.node.memcached.MemcachedNodes;

/** The session cookie of a whole node with an application that has a descriptor of its own. */
class SessionCookieTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private RealMemcached store;

    @BeforeEach
    void start() {
        store = RealMemcached.start("m1");
    }

    @AfterEach
    void stop() {
        if (store != null) {
            store.close();
        }
    }

    private static War war() {
        return War.empty().classes("app.Visit", """
                @WebServlet("/visit")
                public class Visit extends HttpServlet {
                    protected void doGet(HttpServletRequest q, HttpServletResponse r) {
                        q.getSession().setAttribute("x", "1");
                    }
                }
                """);
    }

    private static War war(String cookieConfig) {
        return war().webXml("<session-config><cookie-config>" + cookieConfig + "</cookie-config></session-config>");
    }

    private String cookieOf(War war) throws Exception {
        WebApplication application = new WebApplication(war.write(folder.resolve("app.war")), Optional.empty());
        NodeConfig config = new NodeConfig(
                "A",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                List.of(application),
                Optional.empty(),
                folder.resolve("work"),
                SessionSettings.defaults("A"),
                Optional.empty(),
                Duration.ofSeconds(30));
        try (Node node = Node.start(config, new MemcachedNodes(1, List.of(store.node())))) {
            URI page = URI.create("http://127.0.0.1:" + node.address().getPort() + "/app/visit");
            List<String> cookies = Browser.sessionCookies(new Browser().get(page));
            assertEquals(1, cookies.size(), cookies.toString());
            return cookies.get(0);
        }
    }

    @Test
    void isHiddenFromScriptsUnlessTheDescriptorSaysOtherwise() throws Exception {
        assertTrue(cookieOf(war()).contains("HttpOnly"));
        assertTrue(cookieOf(war("<max-age>60</max-age>")).contains("HttpOnly"));
        assertTrue(cookieOf(war("<http-only>true</http-only>")).contains("HttpOnly"));
        String open = cookieOf(war("<http-only>false</http-only>"));
        assertFalse(open.contains("HttpOnly"), open);
    }

    @Test
    void followsTheOtherSettingsOfTheDescriptor() throws Exception {
        String cookie = cookieOf(war("<path>/other</path><http-only>false</http-only><secure>true</secure>"
                + "<max-age>60</max-age><attribute><attribute-name>SameSite</attribute-name>"
                + "<attribute-value>Strict</attribute-value></attribute>"));
        for (String part : List.of("Path=/other", "Secure", "Max-Age=60", "SameSite=Strict")) {
            assertTrue(cookie.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)), cookie);
        }
    }
}
