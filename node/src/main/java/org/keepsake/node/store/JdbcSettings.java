package org.keepsake.node.store;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which database keeps sessions, and how it is asked. Immutable.
 *
 * @param url as its driver takes it
 * @param user null if the URL says it, or nobody has to log in
 * @param password null if there is none
 * @param table a name, or a schema and a name
 * @param timeout how long one statement may take, and how long a connection is waited for
 * @param connections how many are in use at once, 1 or more: as many as threads ask, and two for probes and listings
 */
record JdbcSettings(
        String url, @Nullable String user, @Nullable String password, String table, Duration timeout, int connections) {

    static final String TABLE = "keepsake_sessions";

    /** What every database takes without quotes, so that a name means the same in each. */
    private static final Pattern NAME = Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,29}\\.)?[A-Za-z_][A-Za-z0-9_]{0,29}");

    JdbcSettings {
        if (!url.startsWith("jdbc:")) {
            throw new IllegalArgumentException(
                    "database: " + JdbcUrl.withoutSecrets(url) + " is not a URL that begins with jdbc:");
        }
        if (!NAME.matcher(table).matches()) {
            throw new IllegalArgumentException("table " + table + " is not a name of up to 30 letters, digits and _");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("database: time limit " + timeout + " is not above 0");
        }
        if (connections < 1) {
            throw new IllegalArgumentException("database: " + connections + " connections are less than 1");
        }
    }

    /** For people. */
    String describe() {
        return JdbcUrl.withoutSecrets(url);
    }

    @Override
    public String toString() {
        return "table " + table + " of database " + describe();
    }
}
