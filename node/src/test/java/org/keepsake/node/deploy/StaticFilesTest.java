package org.keepsake.node.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is served as it is, and what never is. */
class StaticFilesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/shop/WEB-INF/web.xml",
                "/shop/web-inf/web.xml",
                "/shop//WEB-INF/web.xml",
                "/shop/./WEB-INF/web.xml",
                "/shop/%57EB-INF/web.xml",
                "/shop/x/../WEB-INF/web.xml",
                "/shop/x/%2e%2e/WEB-INF/web.xml",
                "/shop/WEB-INF;x=1/web.xml",
                "/shop/;x/WEB-INF/web.xml",
                "/shop/WEB-INF/./web.xml",
                "/shop/META-INF/secret.txt",
                "/shop/%2fWEB-INF/web.xml",
                "/shop/..%2fshop/WEB-INF/web.xml",
                "/shop/%5cWEB-INF%5cweb.xml",
                "/shop/../../../../../../etc/passwd",
                "/shop/..%2f..%2f..%2f..%2f..%2f..%2fetc/passwd",
                "/shop/%c0%ae%c0%ae/etc/passwd"
            })
    void servesNothingOutsideOfThePublicFiles(String path) throws Exception {
        War war = War.empty()
                .webXml("<display-name>top secret</display-name>")
                .file("META-INF/secret.txt", "top secret")
                .file("x/a.txt", "public");
        try (Running app = Running.at("/shop", war, folder)) {
            String answer = raw(app.port(), path);
            assertFalse(answer.startsWith("HTTP/1.1 200"), answer);
            assertFalse(answer.contains("top secret") || answer.contains("root:"), answer);
        }
    }

    /** Sends a path as it stands; a client library would tidy it. */
    private static String raw(int port, String path) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            socket.setSoTimeout(30_000);
            out.write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void servesResourcesOfLibrariesUnlessTheApplicationHasItsOwn() throws Exception {
        War library = War.jar()
                .file("META-INF/resources/lib/logo.txt", "of the library")
                .file("META-INF/resources/own.txt", "of the library");
        War war = War.empty()
                .classes("app.Paths", """
                        @WebServlet("/paths")
                        public class Paths extends HttpServlet {
                            protected void doGet(HttpServletRequest q, HttpServletResponse r) throws IOException {
                                r.getWriter().print(new TreeSet<>(getServletContext().getResourcePaths("/lib")));
                            }
                        }
                        """)
                .file("own.txt", "of the application")
                .file("lib/other.txt", "of the application")
                .library("web.jar", library);
        try (Running app = Running.at("/", war, folder)) {
            assertEquals("of the library", app.body("/lib/logo.txt"));
            assertEquals("of the application", app.body("/own.txt"));
            assertEquals("[/lib/logo.txt, /lib/other.txt]", app.body("/paths"));
        }
    }

    @Test
    void followsNoSymbolicLinkOutOfTheApplication() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "top secret");
        Path exploded = War.empty().file("open.txt", "open").explode(folder.resolve("shop"));
        Files.createSymbolicLink(exploded.resolve("link.txt"), secret);
        Files.createSymbolicLink(exploded.resolve("linked"), folder);
        try (Running app = Running.at("/shop", exploded, folder)) {
            assertEquals("open", app.body("/shop/open.txt"));
            assertEquals(404, app.get("/shop/link.txt").statusCode());
            assertEquals(404, app.get("/shop/linked/secret.txt").statusCode());
        }
    }

    @Test
    void redirectsAFolderToItsSlashAndListsNone() throws Exception {
        War war = War.empty().file("docs/index.html", "docs").file("files/a.txt", "a");
        try (Running app = Running.at("/shop", war, folder)) {
            assertEquals(302, app.get("/shop/docs").statusCode());
            assertEquals("docs", app.body("/shop/docs/"));
            assertEquals(403, app.get("/shop/files/").statusCode());
        }
    }
}
