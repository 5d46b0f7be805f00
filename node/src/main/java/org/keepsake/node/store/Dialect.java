package org.keepsake.node.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What differs from database to database.
 *
 * <p>Keys are compared byte by byte, as no word of a language. Times are milliseconds since 1970 in numbers, because what
 * the types for time mean differs even more, and depends on time zones.
 */
enum Dialect {
    POSTGRESQL(
            "jdbc:postgresql:.*",
            "VARCHAR(250) COLLATE \"C\"",
            "BYTEA",
            "",
            // A duplicate key would be an error that the server writes into its log, once for each lock that is waited
            // for.
            " ON CONFLICT (id) DO NOTHING",
            "LIMIT %d",
            "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)") {

        @Override
        Map<String, String> properties(Duration timeout) {
            String seconds = Long.toString(wholeSeconds(timeout));
            return Map.of("connectTimeout", seconds, "loginTimeout", seconds, "socketTimeout", seconds);
        }

        /** The driver's own limit sends another message to the server, and waits for it longer than it was told. */
        @Override
        String sessionStart(Duration timeout) {
            return "SET statement_timeout = " + timeout.toMillis();
        }
    },

    /** And MySQL. */
    MARIADB(
            "jdbc:(mariadb|mysql):.*",
            "VARCHAR(250) CHARACTER SET ascii COLLATE ascii_bin",
            "LONGBLOB",
            " ENGINE=InnoDB",
            "",
            "LIMIT %d",
            // In UTC, in which no hour comes twice.
            "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(3)) DIV 1000") {

        @Override
        Map<String, String> properties(Duration timeout) {
            String millis = Long.toString(timeout.toMillis());
            return Map.of("connectTimeout", millis, "socketTimeout", millis);
        }

        /** A statement is a packet, in which each byte of a value may become two. */
        @Override
        long maxItemSize(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT @@max_allowed_packet")) {
                return row.next() ? (row.getLong(1) - PACKET_HEAD) / 2 : Long.MAX_VALUE;
            }
        }
    },

    H2(
            "jdbc:h2:.*",
            "VARCHAR(250)",
            "BLOB",
            "",
            "",
            "LIMIT %d",
            "SELECT CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)"),

    /** Any other one, as far as it follows the standard. */
    STANDARD(".*", "VARCHAR(250)", "BLOB", "", "", "FETCH FIRST %d ROWS ONLY", "SELECT CURRENT_TIMESTAMP");

    /** Room for a statement without its value. */
    private static final int PACKET_HEAD = 2048;

    /** Which URLs are its; the first dialect that knows one has it. */
    private final String urls;

    private final String keyType;
    private final String recordType;
    private final String tableTail;
    private final String insertTail;
    private final String limit;
    private final String now;

    Dialect(
            String urls,
            String keyType,
            String recordType,
            String tableTail,
            String insertTail,
            String limit,
            String now) {
        this.urls = urls;
        this.keyType = keyType;
        this.recordType = recordType;
        this.tableTail = tableTail;
        this.insertTail = insertTail;
        this.limit = limit;
        this.now = now;
    }

    static Dialect of(String url) {
        return Arrays.stream(values())
                .filter(dialect -> url.matches(dialect.urls))
                .findFirst()
                .orElseThrow();
    }

    /** What makes the table, a statement each. */
    List<String> ddl(String table) {
        String name = table.substring(table.indexOf('.') + 1);
        return List.of(
                """
                CREATE TABLE %s (
                  id %s NOT NULL PRIMARY KEY,
                  version BIGINT NOT NULL,
                  expires BIGINT NOT NULL,
                  record %s NOT NULL
                )%s""".formatted(table, keyType, recordType, tableTail),
                "CREATE INDEX %s_expires ON %s (expires)".formatted(name, table));
    }

    /** Stands at the end of an INSERT. */
    String insertTail() {
        return insertTail;
    }

    /** Stands at the end of a SELECT. */
    String limit(int rows) {
        return limit.formatted(rows);
    }

    /** Asks for the time: milliseconds since 1970, or a timestamp. */
    String now() {
        return now;
    }

    /**
     * How a driver is told for how long to wait for a server while it makes a connection, when there is none yet to tell
     * it. What the URL says counts more.
     */
    Map<String, String> properties(Duration timeout) {
        return Map.of();
    }

    /** The statement that gives all others of a connection their time limit; empty if each is to be given its own. */
    String sessionStart(Duration timeout) {
        return "";
    }

    /** The largest value in bytes that this server takes. */
    long maxItemSize(Connection connection) throws SQLException {
        return Long.MAX_VALUE;
    }

    /** Not less than asked, because 0 would be none. */
    static long wholeSeconds(Duration timeout) {
        return timeout.plusSeconds(1).minusNanos(1).toSeconds();
    }
}
