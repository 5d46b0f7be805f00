package org.keepsake.node.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real PostgreSQL. */
public final class PostgresProcess extends DatabaseProcess {

    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");

    private PostgresProcess() throws Exception {
        super("postgres");
    }

    /** Skips the test where there is none. */
    public static PostgresProcess start() throws Exception {
        assumeThere(program("postgres"));
        return new PostgresProcess();
    }

    /** Debian keeps the programs of a server out of the PATH. */
    private static Path program(String name) throws IOException {
        Path found = VERSIONS.resolve("bin").resolve(name);
        if (Files.isDirectory(VERSIONS)) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(VERSIONS)) {
                for (Path version : versions) {
                    found = version.resolve("bin").resolve(name);
                }
            }
        }
        return found;
    }

    @Override
    void prepare() throws Exception {
        Path password = Files.writeString(directory.resolve("password"), PASSWORD);
        own(password);
        own(directory);
        run(List.of(
                program("initdb").toString(),
                "--pgdata=" + directory.resolve("data"),
                "--username=" + USER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync"));
    }

    @Override
    List<String> server() {
        try {
            return List.of(
                    program("postgres").toString(),
                    "-D",
                    directory.resolve("data").toString(),
                    "-p",
                    Integer.toString(port),
                    "-h",
                    "127.0.0.1",
                    "-k",
                    directory.toString(),
                    // What a process wrote outlives it; these tests take no machine away.
                    "-F");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }
}
