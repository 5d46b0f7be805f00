package org.keepsake.node.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be deployed is refused with one sentence that says why. */
class BrokenWarTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private String refusal(Path war) {
        String message = String.valueOf(assertThrows(
                        DeploymentFailed.class, () -> Running.deployer(folder).deploy(war, Optional.empty()))
                .getMessage());
        String prefix = "war " + war + ": ";
        assertTrue(message.startsWith(prefix), message);
        assertFalse(message.contains("\n"), message);
        return message.substring(prefix.length());
    }

    private String refusal(War war) throws Exception {
        return refusal(war.write(folder.resolve("shop.war")));
    }

    @Test
    void saysThatThereIsNoSuchFile() {
        assertEquals("no such file", refusal(folder.resolve("nothing.war")));
    }

    @Test
    void saysThatAFileIsNoZip() throws Exception {
        assertEquals("not a zip file", refusal(Files.writeString(folder.resolve("shop.war"), "hello")));
        assertEquals("not a zip file", refusal(Files.writeString(folder.resolve("none.war"), "")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../evil.txt", "/evil.txt", "a/../../evil.txt", "..\\evil.txt", "C:/evil.txt", "a/../evil.txt"})
    void refusesAnEntryThatWouldLeaveTheApplication(String name) throws Exception {
        assertEquals(
                "entry '" + name + "' would be written outside of the application",
                refusal(War.empty().file(name, "evil")));
        assertFalse(Files.exists(folder.resolve("work/evil.txt")));
        assertFalse(Files.exists(folder.resolve("work/shop/evil.txt")));
    }

    @Test
    void saysWhereADescriptorIsNoXml() throws Exception {
        String sentence = refusal(War.empty().file("WEB-INF/web.xml", "<web-app>\n<servlet>\n</web-app>\n"));
        assertTrue(sentence.startsWith("WEB-INF/web.xml line 3: "), sentence);
    }

    @Test
    void saysWhereADescriptorIsWrong() throws Exception {
        assertEquals(
                "WEB-INF/web.xml line 2: <session-timeout> soon is not a number",
                refusal(War.empty()
                        .webXml("\n<session-config>\n<session-timeout>soon</session-timeout></session-config>")));
        assertEquals(
                "WEB-INF/web.xml line 2: <listener> without <listener-class>",
                refusal(War.empty().webXml("\n<listener/>")));
        assertEquals(
                "servlet s: class app.Missing is not in the application",
                refusal(
                        War.empty()
                                .webXml(
                                        "<servlet><servlet-name>s</servlet-name><servlet-class>app.Missing</servlet-class></servlet>")));
    }

    @Test
    void fetchesNothingADescriptorNames() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "top secret");
        String sentence = refusal(War.empty()
                .file(
                        "WEB-INF/web.xml",
                        "<!DOCTYPE web-app [<!ENTITY x SYSTEM \"" + secret.toUri() + "\">]>\n<web-app>"
                                + "<listener><listener-class>&x;</listener-class></listener></web-app>"));
        assertFalse(sentence.contains("top secret"), sentence);
    }

    @Test
    void saysWhichLibraryIsNoZip() throws Exception {
        assertEquals("library bad.jar: not a zip file", refusal(War.empty().file("WEB-INF/lib/bad.jar", "not a jar")));
    }

    @Test
    void saysWhyAnApplicationDoesNotStart() throws Exception {
        War war = War.empty().classes("app.Bad", """
                        @WebListener
                        public class Bad implements ServletContextListener {
                            public void contextInitialized(ServletContextEvent e) {
                                throw new IllegalStateException("no database");
                            }
                        }
                        """);
        assertEquals("does not start: java.lang.IllegalStateException: no database", refusal(war));
    }
}
