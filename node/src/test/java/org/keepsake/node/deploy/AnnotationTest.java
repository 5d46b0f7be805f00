package org.keepsake.node.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What annotations say comes about, as far as the descriptor lets them. */
class AnnotationTest {

    private static final String HELLO = """
            @WebServlet(name = "hello", urlPatterns = "/hello", initParams = @WebInitParam(name = "p", value = "annotated"))
            public class Hello extends HttpServlet {
                protected void doGet(HttpServletRequest q, HttpServletResponse r) throws IOException {
                    r.getWriter().print(getInitParameter("p") + " " + getServletContext().getAttribute("began"));
                }
            }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private static War annotated() {
        return War.empty().classes("app.Hello", HELLO, "app.Began", """
                        @WebListener
                        public class Began implements ServletContextListener {
                            public void contextInitialized(ServletContextEvent e) {
                                e.getServletContext().setAttribute("began", "yes");
                            }
                        }
                        """, "app.Stamp", """
                        @WebFilter(servletNames = "hello")
                        public class Stamp extends HttpFilter {
                            protected void doFilter(HttpServletRequest q, HttpServletResponse r, FilterChain c)
                                    throws IOException, ServletException {
                                r.addHeader("Stamped", "yes");
                                c.doFilter(q, r);
                            }
                        }
                        """);
    }

    @Test
    void runsAnnotatedServletsFiltersAndListenersWithoutADescriptor() throws Exception {
        try (Running app = Running.at("/", annotated(), folder)) {
            assertEquals("annotated yes", app.body("/hello"));
            assertEquals(
                    "yes", app.get("/hello").headers().firstValue("Stamped").orElse("no"));
        }
    }

    @Test
    void findsAnnotatedClassesInLibraries() throws Exception {
        War war = War.empty().library("hello.jar", War.jar().classes("app.Hello", HELLO));
        try (Running app = Running.at("/", war, folder)) {
            assertEquals("annotated null", app.body("/hello"));
        }
    }

    @Test
    void letsTheDescriptorOverrideAnnotations() throws Exception {
        War war = annotated().webXml("""
                        <servlet><servlet-name>hello</servlet-name>
                          <init-param><param-name>p</param-name><param-value>described</param-value></init-param></servlet>
                        <servlet-mapping><servlet-name>hello</servlet-name><url-pattern>/hi</url-pattern></servlet-mapping>
                        """);
        try (Running app = Running.at("/", war, folder)) {
            assertEquals("described yes", app.body("/hi"));
            assertEquals(404, app.get("/hello").statusCode());
        }
    }

    @Test
    void looksForNoAnnotationsWhenTheDescriptorIsComplete() throws Exception {
        War war = annotated()
                .file(
                        "WEB-INF/web.xml",
                        "<web-app version=\"6.0\" metadata-complete=\"true\"><display-name>x</display-name></web-app>");
        try (Running app = Running.at("/", war, folder)) {
            assertEquals(404, app.get("/hello").statusCode());
        }
    }

    @Test
    void callsPostConstructAndReadsPartsOfAnUpload() throws Exception {
        War war = War.empty().classes("app.Upload", """
                        @WebServlet("/upload") @MultipartConfig(fileSizeThreshold = 1024)
                        public class Upload extends HttpServlet {
                            private String greeting;
                            @jakarta.annotation.PostConstruct void begin() { greeting = "got "; }
                            protected void doPost(HttpServletRequest q, HttpServletResponse r)
                                    throws IOException, ServletException {
                                r.getWriter().print(greeting + q.getPart("f").getSize());
                            }
                        }
                        """);
        String body = "--xx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.bin\"\r\n\r\n"
                + "x".repeat(5_000) + "\r\n--xx--\r\n";
        try (Running app = Running.at("/", war, folder)) {
            HttpRequest upload = app.request("/upload", "Content-Type", "multipart/form-data; boundary=xx")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            assertEquals("got 5000", app.send(upload).body());
        }
    }

    @Test
    void enforcesServletSecurity() throws Exception {
        War war = War.empty().classes("app.Closed", """
                        @WebServlet("/closed") @ServletSecurity(@HttpConstraint(rolesAllowed = "boss"))
                        public class Closed extends HttpServlet {
                            protected void doGet(HttpServletRequest q, HttpServletResponse r) throws IOException {
                                r.getWriter().print("in");
                            }
                        }
                        """);
        try (Running app = Running.at("/", war, folder)) {
            assertEquals(403, app.get("/closed").statusCode());
        }
    }

    @Test
    void handsInitializersTheClassesTheyAskFor() throws Exception {
        War initializer = War.jar()
                .classes("lib.Plugin", "public interface Plugin {}", "lib.Found", """
                        @HandlesTypes({Plugin.class, HttpServlet.class})
                        public class Found implements ServletContainerInitializer {
                            public void onStartup(Set<Class<?>> classes, ServletContext context) {
                                Set<String> names = new TreeSet<>();
                                classes.forEach(c -> names.add(c.getSimpleName()));
                                context.addServlet("found", new HttpServlet() {
                                    protected void doGet(HttpServletRequest q, HttpServletResponse r) throws IOException {
                                        r.getWriter().print(names);
                                    }
                                }).addMapping("/found");
                            }
                        }
                        """)
                .file("META-INF/services/jakarta.servlet.ServletContainerInitializer", "lib.Found\n");
        War war = War.empty()
                .classes(
                        "lib.Plugin",
                        "public interface Plugin {}",
                        "app.Base",
                        "public abstract class Base implements lib.Plugin {}",
                        "app.Mine",
                        "public class Mine extends Base {}",
                        "app.Other",
                        "public class Other extends HttpServlet {}")
                .library("initializer.jar", initializer);
        try (Running app = Running.at("/", war, folder)) {
            // The anonymous servlet of the initializer itself has no simple name.
            assertEquals("[, Base, Mine, Other]", app.body("/found"));
        }
    }
}
