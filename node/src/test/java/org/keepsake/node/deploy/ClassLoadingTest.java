package org.keepsake.node.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application sees its own classes first and nothing of the node's libraries. */
class ClassLoadingTest {

    private static final String LOOK = """
            @WebServlet("/look")
            public class Look extends HttpServlet {
                protected void doGet(HttpServletRequest q, HttpServletResponse r) throws IOException {
                    ClassLoader loader = Thread.currentThread().getContextClassLoader();
                    String name = q.getParameter("name");
                    try {
                        Class<?> found = Class.forName(name, false, loader);
                        r.getWriter().print(found.getClassLoader() == Look.class.getClassLoader() ? "own" : "lent");
                    } catch (ClassNotFoundException e) {
                        String resource = name.replace('.', '/') + ".class";
                        r.getWriter().print("hidden" + (loader.getResource(resource) == null ? "" : " but readable"));
                    }
                }
            }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Test
    void hidesTheLibrariesOfTheNode() throws Exception {
        try (Running app = Running.at("/", War.empty().classes("app.Look", LOOK), folder)) {
            for (String name : new String[] {
                "net.spy.memcached.MemcachedClient",
                "org.jboss.jandex.Index",
                "io.undertow.Undertow",
                "org.xnio.Xnio",
                "org.keepsake.node.Node",
                "org.eclipse.jdt.core.compiler.CategorizedProblem"
            }) {
                assertEquals("hidden", app.body("/look?name=" + name), name);
            }
            assertEquals("lent", app.body("/look?name=jakarta.servlet.http.HttpServlet"));
            assertEquals("lent", app.body("/look?name=jakarta.servlet.jsp.jstl.core.Config"));
            assertEquals("lent", app.body("/look?name=javax.sql.DataSource"));
            assertEquals("lent", app.body("/look?name=org.w3c.dom.Document"));
        }
    }

    @Test
    void prefersTheApplicationsOwnVersionOfALibrary() throws Exception {
        War war = War.empty()
                .classes("app.Look", LOOK, "org.jboss.jandex.Index", "public class Index {}")
                .library("other.jar", War.jar().classes("lib.Other", "public class Other {}"));
        try (Running app = Running.at("/", war, folder)) {
            assertEquals("own", app.body("/look?name=org.jboss.jandex.Index"));
            assertEquals("own", app.body("/look?name=lib.Other"));
        }
    }

    @Test
    void keepsToItsOwnServletApiWhateverTheApplicationBrings() throws Exception {
        War war = War.empty()
                .classes("app.Look", LOOK)
                .library("api.jar", War.jar().file("jakarta/servlet/Servlet.class", "junk"));
        try (Running app = Running.at("/", war, folder)) {
            assertEquals("lent", app.body("/look?name=jakarta.servlet.Servlet"));
        }
    }
}
