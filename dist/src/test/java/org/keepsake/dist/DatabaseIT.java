package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keepsake.node.store.DatabaseProcess;
import org.keepsake.node.store.MariaDbProcess;
import org.keepsake.node.store.PostgresProcess;

/** Sessions in a real database, which is killed and frozen under the eyes of fifty users. */
@Alone
class DatabaseIT {

    /** As long as a database takes to be started again by whoever watches it. */
    private static final Duration AWAY = Duration.ofSeconds(2);

    /** It is said when it begins, not at each request. */
    private static final long FEW = 10;

    /** Which database, and the class of the driver that its users put into lib/. */
    private enum Database {
        POSTGRESQL("org.postgresql.Driver"),
        MARIADB("org.mariadb.jdbc.Driver");

        private final String driver;

        Database(String driver) {
            this.driver = driver;
        }

        DatabaseProcess start() throws Exception {
            return this == POSTGRESQL ? PostgresProcess.start() : MariaDbProcess.start();
        }

        Path driver() throws ClassNotFoundException, URISyntaxException {
            return Path.of(Class.forName(driver)
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        }
    }

    @Behaviour({1, 13})
    @ParameterizedTest
    @EnumSource
    void losesNothingWhileItsDatabaseIsRestartedAndFrozenAndANodeIsKilled(Database database) throws Exception {
        try (DatabaseProcess server = database.start();
                Site site = Site.with("DatabaseIT." + database, database.driver())) {
            Path password = Files.writeString(site.temporary().resolve("password"), DatabaseProcess.PASSWORD);
            Topology farm = Topology.with(
                    site,
                    "--session-manager=persistent",
                    "--persistent-store=" + server.url(),
                    "--persistent-store-user=" + DatabaseProcess.USER,
                    "--persistent-store-password-file=" + password);
            try (Crowd crowd = farm.crowd()) {
                crowd.isServedBy("A", "B");
                server.kill();
                Thread.sleep(AWAY.toMillis());
                server.startAgain();
                crowd.isServedBy("A", "B");
                server.freeze();
                Thread.sleep(AWAY.toMillis());
                server.thaw();
                crowd.isServedBy("A", "B");
                farm.a().kill();
                crowd.visitsOn();
                crowd.leave().assertNothingLost(database + " killed and frozen, node A killed");
            }
            long told = lines(farm.b(), " is not reached ");
            assertTrue(
                    told >= 1 && told <= FEW,
                    () -> told + " lines:\n" + farm.b().log());
            assertTrue(lines(farm.b(), " is reached") >= 2, farm.b()::log);
            assertEquals(0, lines(farm.b(), DatabaseProcess.PASSWORD));
        }
    }

    private static long lines(Server node, String with) {
        return node.log().lines().filter(line -> line.contains(with)).count();
    }
}
