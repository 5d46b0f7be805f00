package org.keepsake.node.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code web.xml} and fragments say comes about. */
class DescriptorTest {

    private static final String ECHO = """
            public class Echo extends HttpServlet {
                protected void doGet(HttpServletRequest q, HttpServletResponse r) throws IOException {
                    r.getWriter().print(getServletName() + " " + getInitParameter("p") + " "
                            + getServletContext().getInitParameter("c") + " " + getServletContext().getAttribute("order"));
                }
                public void init() {
                    String before = (String) getServletContext().getAttribute("order");
                    getServletContext().setAttribute("order", (before == null ? "" : before) + getServletName());
                }
            }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Test
    void runsServletsFiltersAndListenersInTheOrderOfTheDescriptor() throws Exception {
        War war = War.empty()
                .classes("app.Echo", ECHO, "app.Mark", """
                        public class Mark extends HttpFilter {
                            protected void doFilter(HttpServletRequest q, HttpServletResponse r, FilterChain c)
                                    throws IOException, ServletException {
                                r.addHeader("Filters", getFilterName());
                                c.doFilter(q, r);
                            }
                        }
                        """, "app.Start", """
                        public class Start implements ServletContextListener {
                            public void contextInitialized(ServletContextEvent e) {
                                e.getServletContext().setAttribute("order", "listener-");
                            }
                        }
                        """)
                .webXml("""
                        <context-param><param-name>c</param-name><param-value>shared</param-value></context-param>
                        <filter><filter-name>f1</filter-name><filter-class>app.Mark</filter-class></filter>
                        <filter><filter-name>f2</filter-name><filter-class>app.Mark</filter-class></filter>
                        <filter-mapping><filter-name>f2</filter-name><url-pattern>/*</url-pattern></filter-mapping>
                        <filter-mapping><filter-name>f1</filter-name><servlet-name>second</servlet-name></filter-mapping>
                        <listener><listener-class>app.Start</listener-class></listener>
                        <servlet><servlet-name>first</servlet-name><servlet-class>app.Echo</servlet-class>
                          <load-on-startup>2</load-on-startup></servlet>
                        <servlet><servlet-name>second</servlet-name><servlet-class>app.Echo</servlet-class>
                          <init-param><param-name>p</param-name><param-value>mine</param-value></init-param>
                          <load-on-startup>1</load-on-startup></servlet>
                        <servlet-mapping><servlet-name>first</servlet-name><url-pattern>*.do</url-pattern></servlet-mapping>
                        <servlet-mapping><servlet-name>second</servlet-name><url-pattern>/second/*</url-pattern></servlet-mapping>
                        """);
        try (Running app = Running.at("/shop", war, folder)) {
            HttpResponse<String> second = app.get("/shop/second/x");
            assertEquals("second mine shared listener-secondfirst", second.body());
            // Filters mapped to a URL come before those mapped to a servlet (Servlet 6.0, section 6.2.4).
            assertEquals("[f2, f1]", second.headers().allValues("Filters").toString());
            assertEquals("first null shared listener-secondfirst", app.body("/shop/x.do"));
            assertEquals(
                    "[f2]", app.get("/shop/x.do").headers().allValues("Filters").toString());
        }
    }

    @Test
    void showsErrorPagesForAStatusAnExceptionAndEverythingElse() throws Exception {
        War war = War.empty()
                .classes("app.Fail", """
                        public class Fail extends HttpServlet {
                            protected void doGet(HttpServletRequest q, HttpServletResponse r) throws IOException {
                                switch (q.getPathInfo()) {
                                    case "/gone" -> r.sendError(410);
                                    case "/teapot" -> r.sendError(418);
                                    default -> throw new IllegalStateException("broken <on> purpose");
                                }
                            }
                        }
                        """)
                .file("gone.html", "it is gone")
                .file("other.html", "something else")
                .file("broken.html", "it broke")
                .webXml("""
                        <servlet><servlet-name>f</servlet-name><servlet-class>app.Fail</servlet-class></servlet>
                        <servlet-mapping><servlet-name>f</servlet-name><url-pattern>/f/*</url-pattern></servlet-mapping>
                        <error-page><error-code>410</error-code><location>/gone.html</location></error-page>
                        <error-page><exception-type>java.lang.IllegalStateException</exception-type><location>/broken.html</location></error-page>
                        <error-page><location>/other.html</location></error-page>
                        """);
        try (Running app = Running.at("/", war, folder)) {
            assertEquals("it is gone", app.body("/f/gone"));
            assertEquals(410, app.get("/f/gone").statusCode());
            assertEquals("something else", app.body("/f/teapot"));
            assertEquals("it broke", app.body("/f/x"));
            assertEquals(500, app.get("/f/x").statusCode());
        }
    }

    @Test
    void takesSessionCookieWelcomeFilesAndMimeTypesFromTheDescriptor() throws Exception {
        War war =
                War.empty().classes("app.Login", """
                        @WebServlet("/login")
                        public class Login extends HttpServlet {
                            protected void doGet(HttpServletRequest q, HttpServletResponse r) throws IOException {
                                r.getWriter().print(q.getSession().getMaxInactiveInterval());
                            }
                        }
                        """).file("start.kee", "hello").webXml("""
                        <session-config><session-timeout>7</session-timeout>
                          <cookie-config><name>SHOP</name><path>/</path><http-only>true</http-only><secure>true</secure>
                            <attribute><attribute-name>SameSite</attribute-name><attribute-value>Strict</attribute-value></attribute>
                          </cookie-config><tracking-mode>COOKIE</tracking-mode></session-config>
                        <mime-mapping><extension>kee</extension><mime-type>text/x-kee</mime-type></mime-mapping>
                        <welcome-file-list><welcome-file>nothing.html</welcome-file><welcome-file>start.kee</welcome-file></welcome-file-list>
                        """);
        try (Running app = Running.at("/shop", war, folder)) {
            HttpResponse<String> login = app.get("/shop/login");
            assertEquals("420", login.body());
            String cookie = login.headers().firstValue("Set-Cookie").orElse("");
            assertTrue(cookie.startsWith("SHOP="), cookie);
            assertTrue(cookie.contains("HttpOnly") && cookie.contains("Secure"), cookie);
            assertTrue(cookie.contains("SameSite=Strict") && cookie.contains("Path=/"), cookie);
            assertEquals("hello", app.body("/shop/"));
            assertEquals(
                    "text/x-kee",
                    app.get("/shop/start.kee")
                            .headers()
                            .firstValue("Content-Type")
                            .orElse(""));
        }
    }

    @Test
    void servesStaticFilesThroughTheDefaultServletWhereverItIsMapped() throws Exception {
        War war = War.empty()
                .classes("app.Echo", ECHO)
                .file("static/a.css", "css")
                .webXml("""
                        <servlet><servlet-name>all</servlet-name><servlet-class>app.Echo</servlet-class></servlet>
                        <servlet-mapping><servlet-name>all</servlet-name><url-pattern>/</url-pattern></servlet-mapping>
                        <servlet-mapping><servlet-name>default</servlet-name><url-pattern>/static/*</url-pattern></servlet-mapping>
                        """);
        try (Running app = Running.at("/shop", war, folder)) {
            assertEquals("css", app.body("/shop/static/a.css"));
            assertTrue(app.body("/shop/anything").startsWith("all "));
        }
    }

    @Test
    void mergesFragmentsInTheOrderTheyAskFor() throws Exception {
        War war = War.empty()
                .classes("app.Echo", ECHO)
                .library("a.jar", fragment("a", "<ordering><after><name>b</name></after></ordering>", "from-a"))
                .library("b.jar", fragment("b", "", "from-b"))
                .webXml("""
                        <servlet><servlet-name>s</servlet-name><servlet-class>app.Echo</servlet-class></servlet>
                        <servlet-mapping><servlet-name>s</servlet-name><url-pattern>/s</url-pattern></servlet-mapping>
                        """);
        try (Running app = Running.at("/", war, folder)) {
            assertTrue(app.body("/s").contains(" from-b "), app.body("/s"));
        }
    }

    private static War fragment(String name, String order, String value) {
        return War.jar()
                .file(
                        "META-INF/web-fragment.xml",
                        "<web-fragment xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"6.0\"><name>" + name
                                + "</name>" + order + "<context-param><param-name>c</param-name><param-value>" + value
                                + "</param-value></context-param></web-fragment>");
    }

    @Test
    void readsADescriptorOfTheLastCenturyWithItsDoctype() throws Exception {
        War war = War.empty().classes("app.Echo", ECHO).file("WEB-INF/web.xml", """
                        <?xml version="1.0"?>
                        <!DOCTYPE web-app PUBLIC "-//Sun Microsystems, Inc.//DTD Web Application 2.3//EN"
                          "http://java.sun.com/dtd/web-app_2_3.dtd">
                        <web-app>
                          <servlet><servlet-name>s</servlet-name><servlet-class>app.Echo</servlet-class></servlet>
                          <servlet-mapping><servlet-name>s</servlet-name><url-pattern>/s</url-pattern></servlet-mapping>
                        </web-app>
                        """);
        try (Running app = Running.at("/", war, folder)) {
            assertTrue(app.body("/s").startsWith("s null"));
        }
    }

    @Test
    void refusesWhoComesWithoutARoleTheDescriptorAsksFor() throws Exception {
        War war = War.empty()
                .file("open.html", "open")
                .file("secret/a.html", "secret")
                .webXml("""
                        <security-constraint>
                          <web-resource-collection><web-resource-name>s</web-resource-name><url-pattern>/secret/*</url-pattern></web-resource-collection>
                          <auth-constraint><role-name>boss</role-name></auth-constraint>
                        </security-constraint>
                        <login-config><auth-method>BASIC</auth-method><realm-name>Shop</realm-name></login-config>
                        <security-role><role-name>boss</role-name></security-role>
                        """);
        try (Running app = Running.at("/", war, folder)) {
            assertEquals("open", app.body("/open.html"));
            HttpResponse<String> refused = app.get("/secret/a.html");
            assertEquals(401, refused.statusCode());
            assertEquals(
                    "Basic realm=\"Shop\"",
                    refused.headers().firstValue("WWW-Authenticate").orElse(""));
            assertEquals(
                    401,
                    app.get("/secret/a.html", "Authorization", "Basic Ym9zczpib3Nz")
                            .statusCode());
        }
    }
}
