package org.keepsake.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keepsake.node.FreePort;

/** What the contract of places does not say: drivers, tables, logins, connections. */
class JdbcPlaceTest {

    private static final Duration SHORT = Duration.ofMillis(500);

    private final String name = "jdbc:h2:mem:" + UUID.randomUUID();
    private final String url = name + ";DB_CLOSE_DELAY=-1";
    private Connection admin;

    @BeforeEach
    void makeTheDatabase() throws Exception {
        admin = DriverManager.getConnection(url, "admin", "secret");
    }

    @AfterEach
    void dropTheDatabase() throws Exception {
        say("SHUTDOWN");
        admin.close();
    }

    private void say(String sql) throws SQLException {
        try (Statement statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }

    private static JdbcPlace open(String url, @Nullable String user, @Nullable String password) throws IOException {
        return new JdbcPlace(
                new JdbcSettings(url, user, password, JdbcSettings.TABLE, SHORT, 1),
                JdbcPlaceTest.class.getClassLoader());
    }

    private static String refusal(String url, String user, String password) {
        return String.valueOf(
                assertThrows(IOException.class, () -> open(url, user, password)).getMessage());
    }

    @Test
    void saysWhichDriverIsMissing() {
        IOException e = assertThrows(
                IOException.class, () -> open("jdbc:nothing://u:secret@db/shop?password=secret", null, null));

        assertEquals(
                "database jdbc:nothing://db/shop: no driver knows this URL; put the jar of its JDBC driver into lib/"
                        + " beside app.jar",
                e.getMessage());
    }

    @Test
    void findsTheDriverThatOnlyLibHas() throws Exception {
        URL jar = org.h2.Driver.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader lib = new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
                Place place = new JdbcPlace(
                        new JdbcSettings("jdbc:h2:mem:lib", null, null, JdbcSettings.TABLE, SHORT, 1), lib)) {
            assertEquals(
                    Outcome.OK, place.add("key", PlaceContract.bytes("a"), 60).outcome());
        }
    }

    @Test
    void describesItselfWithoutSecrets() throws Exception {
        try (Place place = open(url + ";USER=admin;PASSWORD=secret", null, null)) {
            assertEquals("table keepsake_sessions of database " + name, place.describe());
        }
    }

    @Test
    void refusesAWrongPasswordAtOnce() {
        String refusal = refusal(url, "admin", "guess");

        assertTrue(refusal.contains("Wrong user name or password"), refusal);
        assertFalse(refusal.contains("guess"), refusal);
    }

    @Test
    void printsWhatMakesTheTableWhereItMayNot() throws Exception {
        say("CREATE USER clerk PASSWORD 'secret'");
        String refusal = refusal(name, "clerk", "secret");
        String ddl = JdbcPlace.ddl(name, JdbcSettings.TABLE);
        assertTrue(refusal.endsWith(ddl), refusal);
        assertTrue(ddl.startsWith("CREATE TABLE keepsake_sessions ("), ddl);

        say(ddl);
        say("GRANT SELECT, INSERT, UPDATE, DELETE ON keepsake_sessions TO clerk");
        try (Place place = open(name, "clerk", "secret")) {
            assertEquals(
                    Outcome.OK, place.add("key", PlaceContract.bytes("a"), 60).outcome());
        }
    }

    @Test
    void doesNotTakeAnotherTableOfThatName() throws Exception {
        say("CREATE TABLE keepsake_sessions (id INT)");

        String refusal = refusal(url, "admin", "secret");

        assertTrue(refusal.contains("it cannot be used"), refusal);
    }

    @Test
    void makesATableInASchema() throws Exception {
        say("CREATE SCHEMA app");
        JdbcSettings settings = new JdbcSettings(url, "admin", "secret", "app.sessions", SHORT, 1);
        try (Place place = new JdbcPlace(settings, getClass().getClassLoader())) {
            assertEquals(
                    Outcome.OK, place.add("key", PlaceContract.bytes("a"), 60).outcome());
        }
        say("SELECT id FROM app.sessions");
    }

    @Test
    void makesTheTableAnewWhenItIsDropped() throws Exception {
        try (Place place = open(url, "admin", "secret")) {
            say("DROP TABLE keepsake_sessions");

            assertThrows(Unreachable.class, () -> place.read("key"));

            assertTrue(place.read("key").isEmpty());
        }
    }

    @Test
    void refusesSettingsThatCannotBeMeant() {
        assertThrows(IllegalArgumentException.class, () -> settings("postgresql://db", "t", SHORT, 1));
        assertThrows(IllegalArgumentException.class, () -> settings(url, "t; DROP TABLE t", SHORT, 1));
        assertThrows(IllegalArgumentException.class, () -> settings(url, "t", Duration.ZERO, 1));
        assertThrows(IllegalArgumentException.class, () -> settings(url, "t", SHORT, 0));
    }

    private static JdbcSettings settings(String url, String table, Duration timeout, int connections) {
        return new JdbcSettings(url, null, null, table, timeout, connections);
    }

    @Test
    void waitsForADatabaseThatIsNotThereYet(@TempDir Path directory) throws Exception {
        int port = FreePort.next();
        try (Place place = open("jdbc:h2:tcp://127.0.0.1:" + port + "/./sessions", null, null)) {
            Unreachable e = assertThrows(Unreachable.class, place::probe);
            assertFalse(e.wasSent(), e.toString());

            Server server = Server.createTcpServer(
                            "-tcpPort", Integer.toString(port), "-baseDir", directory.toString(), "-ifNotExists")
                    .start();
            try {
                assertEquals(
                        Outcome.OK,
                        place.add("key", PlaceContract.bytes("a"), 60).outcome());
            } finally {
                server.stop();
            }
        }
    }

    @Test
    void sendsNothingWhileEveryConnectionIsBusy() throws Exception {
        try (Place place = open(url, "admin", "secret")) {
            place.add("key", PlaceContract.bytes("a"), 60);
            admin.setAutoCommit(false);
            say("UPDATE keepsake_sessions SET version = 0");
            CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> isTouched(place));
            while (blocked() == 0) {
                Thread.sleep(5);
            }

            Unreachable e = assertThrows(Unreachable.class, () -> place.read("key"));

            assertFalse(e.wasSent(), e.toString());
            admin.commit();
            admin.setAutoCommit(true);
            waiting.join();
            assertTrue(place.read("key").isPresent());
        }
    }

    private int blocked() throws SQLException {
        try (Statement statement = admin.createStatement();
                var rows = statement.executeQuery(
                        "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS WHERE BLOCKER_ID IS NOT NULL")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static boolean isTouched(Place place) {
        try {
            return place.touch("key", 60);
        } catch (Unreachable e) {
            return false;
        }
    }
}
