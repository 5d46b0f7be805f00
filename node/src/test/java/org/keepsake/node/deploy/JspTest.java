package org.keepsake.node.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSP pages and tag libraries. */
class JspTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Test
    void runsPagesWithJavaOf17AndExpressions() throws Exception {
        War war = War.empty().file("index.jsp", """
                        <%@ page trimDirectiveWhitespaces="true" %>
                        <%! record Point(int x, int y) {} %>
                        <% Object p = new Point(1, 2); if (p instanceof Point q) { %>x=<%= q.x() %><% } %> ${param.a + 1}""");
        try (Running app = Running.at("/shop", war, folder)) {
            assertEquals("x=142", app.body("/shop/?a=41").strip());
        }
    }

    @Test
    void knowsTheStandardTagLibraryByItsNamesOfTodayAndBefore() throws Exception {
        String page = """
                <%%@ taglib prefix="c" uri="%s" %%><%%@ taglib prefix="fn" uri="%s" %%>
                <c:forEach var="i" begin="1" end="3">${i},</c:forEach><c:out value="<b>"/>${fn:toUpperCase('up')}""";
        War war = War.empty()
                .file("today.jsp", page.formatted("jakarta.tags.core", "jakarta.tags.functions"))
                .file(
                        "before.jsp",
                        page.formatted("http://java.sun.com/jsp/jstl/core", "http://java.sun.com/jsp/jstl/functions"));
        try (Running app = Running.at("/", war, folder)) {
            assertEquals("1,2,3,&lt;b&gt;UP", app.body("/today.jsp").strip());
            assertEquals("1,2,3,&lt;b&gt;UP", app.body("/before.jsp").strip());
        }
    }

    @Test
    void findsTagsOfTheApplicationAndOfItsLibraries() throws Exception {
        String tag = """
                public class %s extends jakarta.servlet.jsp.tagext.SimpleTagSupport {
                    public void doTag() throws IOException { getJspContext().getOut().print("%s"); }
                }
                """;
        String tld = """
                <taglib xmlns="https://jakarta.ee/xml/ns/jakartaee" version="3.0">
                  <tlib-version>1.0</tlib-version><short-name>t</short-name><uri>urn:%s</uri>
                  <tag><name>say</name><tag-class>%s</tag-class><body-content>empty</body-content></tag>
                </taglib>
                """;
        War library = War.jar()
                .classes("lib.There", tag.formatted("There", "there"))
                .file("META-INF/there.tld", tld.formatted("there", "lib.There"));
        War war = War.empty()
                .classes("app.Here", tag.formatted("Here", "here"))
                .file("WEB-INF/here.tld", tld.formatted("here", "app.Here"))
                .file("WEB-INF/tags/hello.tag", "<%@ attribute name=\"who\" %>hello ${who}")
                .library("there.jar", library)
                .file("p.jsp", """
                        <%@ taglib prefix="h" uri="urn:here" %><%@ taglib prefix="p" uri="/WEB-INF/here.tld" %><%@ taglib prefix="t" uri="urn:there" %><%@ taglib prefix="f" tagdir="/WEB-INF/tags" %>
                        <h:say/> <p:say/> <t:say/> <f:hello who="you"/>""");
        try (Running app = Running.at("/", war, folder)) {
            assertEquals("here here there hello you", app.body("/p.jsp").strip());
        }
    }

    @Test
    void servesPagesAsServletsAndByPropertyGroups() throws Exception {
        War war = War.empty()
                .file("WEB-INF/view.jsp", "view ${1 + 1}")
                .file("page.html", "${2 + 2}")
                .file("WEB-INF/prelude.jspf", "before ")
                .webXml("""
                        <servlet><servlet-name>v</servlet-name><jsp-file>/WEB-INF/view.jsp</jsp-file></servlet>
                        <servlet-mapping><servlet-name>v</servlet-name><url-pattern>/view</url-pattern></servlet-mapping>
                        <jsp-config><jsp-property-group><url-pattern>*.html</url-pattern>
                          <include-prelude>/WEB-INF/prelude.jspf</include-prelude></jsp-property-group></jsp-config>
                        """);
        try (Running app = Running.at("/", war, folder)) {
            assertEquals("view 2", app.body("/view").strip());
            assertEquals("before 4", app.body("/page.html").strip());
        }
    }

    @Test
    void findsPagesCompiledByAnEarlierStartAndCompilesThoseOfANewVersion() throws Exception {
        War first = War.empty().file("p.jsp", "one");
        try (Running app = Running.at("/", first, folder)) {
            assertEquals("one", app.body("/p.jsp"));
        }
        Path compiled = compiled();
        FileTime time = Files.getLastModifiedTime(compiled);
        Object inode = Files.getAttribute(compiled, "unix:ino");
        try (Running app = Running.at("/", first, folder)) {
            assertEquals("one", app.body("/p.jsp"));
        }
        assertEquals(time, Files.getLastModifiedTime(compiled));
        assertEquals(inode, Files.getAttribute(compiled, "unix:ino"));
        try (Running app = Running.at("/", War.empty().file("p.jsp", "two"), folder)) {
            assertEquals("two", app.body("/p.jsp"));
        }
    }

    private Path compiled() throws Exception {
        try (Stream<Path> files = Files.walk(folder.resolve("work"))) {
            List<Path> found = files.filter(file -> file.toString().endsWith("p_jsp.class"))
                    .toList();
            assertTrue(found.size() == 1, found.toString());
            return found.get(0);
        }
    }
}
