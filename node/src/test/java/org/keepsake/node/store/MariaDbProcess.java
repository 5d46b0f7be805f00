package org.keepsake.node.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real MariaDB. */
public final class MariaDbProcess extends DatabaseProcess {

    private static final Path SERVER = Path.of("/usr/sbin/mariadbd");
    private static final Path INSTALLER = Path.of("/usr/bin/mariadb-install-db");

    private MariaDbProcess() throws Exception {
        super("mysql");
    }

    /** Skips the test where there is none. */
    public static MariaDbProcess start() throws Exception {
        assumeThere(SERVER);
        assumeThere(INSTALLER);
        return new MariaDbProcess();
    }

    @Override
    void prepare() throws Exception {
        Files.writeString(directory.resolve("init.sql"), """
                CREATE DATABASE IF NOT EXISTS sessions;
                CREATE USER IF NOT EXISTS '%1$s'@'%%' IDENTIFIED BY '%2$s';
                GRANT ALL ON sessions.* TO '%1$s'@'%%';
                """.formatted(USER, PASSWORD));
        own(directory.resolve("init.sql"));
        own(directory);
        run(List.of(
                INSTALLER.toString(),
                "--no-defaults",
                "--datadir=" + directory.resolve("data"),
                "--auth-root-authentication-method=normal",
                "--skip-test-db"));
    }

    @Override
    List<String> server() {
        return List.of(
                SERVER.toString(),
                "--no-defaults",
                "--datadir=" + directory.resolve("data"),
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--socket=" + directory.resolve("socket"),
                "--pid-file=" + directory.resolve("pid"),
                "--init-file=" + directory.resolve("init.sql"),
                "--skip-name-resolve",
                "--skip-log-bin",
                "--innodb-buffer-pool-size=64M",
                // What a process wrote outlives it; these tests take no machine away.
                "--innodb-flush-log-at-trx-commit=2",
                "--innodb-flush-method=nosync");
    }

    @Override
    public String url() {
        return "jdbc:mariadb://127.0.0.1:" + port + "/sessions";
    }
}
