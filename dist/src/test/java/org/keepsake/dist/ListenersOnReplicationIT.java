package org.keepsake.dist;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes of which each has all sessions; the listeners of B are told of what A changes, those of A hear of A alone. */
class ListenersOnReplicationIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** What the listener notes. */
    private static final String ATTRIBUTES = "attributes";

    private static final String EACH = "/each";
    private static final String TOGETHER = "/together";

    private static final String WEB_XML = """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
              <listener><listener-class>org.keepsake.dist.webapp.AttributeEvents</listener-class></listener>
              <distributable/>
            </web-app>
            """;

    private static @Nullable Site site;
    private static @Nullable Server a;
    private static @Nullable Server b;

    @BeforeAll
    static void start() throws Exception {
        Site opened = Site.open("ListenersOnReplicationIT");
        site = opened;
        for (String node : List.of("A", "B")) {
            boolean unused = Files.deleteIfExists(opened.notesOf(ATTRIBUTES, node));
        }
        Path webapps = Files.createDirectories(opened.logs().resolve("webapps"));
        new RigWar().with("WEB-INF/web.xml", WEB_XML).writeTo(webapps.resolve(EACH.substring(1) + ".war"));
        new RigWar()
                .with("WEB-INF/web.xml", WEB_XML)
                .with("META-INF/context.xml", "<Context><Manager sessionGranularity='session'/></Context>")
                .writeTo(webapps.resolve(TOGETHER.substring(1) + ".war"));
        Path secret = Files.writeString(opened.logs().resolve("secret"), "k1:" + "0123456789abcdef".repeat(4) + "\n");
        Path unusedFile = Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        List<String> options =
                List.of("--session-manager=delta", "--webapps=" + webapps, "--session-secret-file=" + secret);
        a = opened.node("A", options.toArray(String[]::new));
        b = opened.node("B", withNotices(options));
        for (Server node : List.of(a(), b())) {
            Await.until(
                    node.program().name() + " serves sessions",
                    PATIENCE,
                    () -> node.ready() && new Guest(EACH).ask(node, "set=a:1").status() == 200);
        }
    }

    private static String[] withNotices(List<String> options) {
        List<String> all = new ArrayList<>(options);
        all.add("--notify-listeners-on-replication");
        return all.toArray(String[]::new);
    }

    @AfterAll
    static void end() {
        if (site != null) {
            site.close();
        }
    }

    private static Server a() {
        return requireNonNull(a);
    }

    private static Server b() {
        return requireNonNull(b);
    }

    private static List<String> told(Server node, String session) throws IOException {
        return requireNonNull(site).notes(ATTRIBUTES, node, session);
    }

    private static void awaitTold(Server node, String session, String last) throws InterruptedException {
        Await.until(
                node.program().name() + " is told: " + last,
                PATIENCE,
                () -> told(node, session).contains(last));
    }

    @ParameterizedTest
    @ValueSource(strings = {EACH, TOGETHER})
    void theListenersOfTheOtherNodeAreTold(String application) throws Exception {
        Guest guest = new Guest(application);
        String session = guest.at(a(), "set=x:1", "profile=p:alice").session();
        guest.at(a(), "set=x:2");
        guest.at(a(), "append=words:in");
        guest.at(a(), "append=words:place");
        guest.at(a(), "remove=x");
        guest.at(a());
        List<String> done = List.of(
                "added p alice",
                "added x 1",
                "replaced x 1 by 2",
                "added words [in]",
                "replaced words [in] by [in, place]",
                "removed x 2");
        awaitTold(b(), session, "removed x 2");
        assertEquals(done, told(b(), session));

        guest.at(a(), "invalidate");
        awaitTold(b(), session, "removed words [in, place]");
        assertEquals(
                List.of("removed p alice", "removed words [in, place]"),
                told(b(), session).subList(done.size(), done.size() + 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {EACH, TOGETHER})
    void eachNodeIsToldOnceOfWhatItDoesItselfAndOneWithoutTheOptionOfNothingElse(String application) throws Exception {
        Guest guest = new Guest(application);
        String session = guest.at(b(), "set=x:1").session();
        guest.at(a(), "set=y:1");
        guest.at(b(), "set=x:2", "set=end:1");
        awaitTold(b(), session, "added end 1");
        // What follows is heard after all that was changed before.
        guest.at(a(), "set=late:1");
        awaitTold(b(), session, "added late 1");
        assertEquals(
                List.of("added x 1", "added y 1", "replaced x 1 by 2", "added end 1", "added late 1"),
                told(b(), session));
        assertEquals(List.of("added y 1", "added late 1"), told(a(), session));
    }

    @Test
    void aChangedIdIsNoChangeOfAttributes() throws Exception {
        Guest guest = new Guest(EACH);
        String before = guest.at(a(), "set=x:1").session();
        String after = guest.at(a(), "changeId").session();
        guest.at(a(), "set=x:2");
        awaitTold(b(), after, "replaced x 1 by 2");
        assertEquals(List.of("added x 1"), told(b(), before));
        assertEquals(List.of("replaced x 1 by 2"), told(b(), after));
    }

    @Test
    void aListenerThatFailsKeepsNobodyFromBeingTold() throws Exception {
        Guest guest = new Guest(EACH);
        String session = guest.at(a(), "set=fail:1").session();
        guest.at(a(), "set=x:1");
        awaitTold(b(), session, "added x 1");
        assertEquals(List.of("added fail 1", "added x 1"), told(b(), session));
        assertTrue(b().log().contains("as a test wants it"), b().log());
    }
}
