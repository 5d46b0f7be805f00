package org.keepsake.node.store;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One table of a database, which any number of processes share. Thread-safe.
 *
 * <p>A key is a row. Each statement touches one row and is a transaction of its own, so nothing is locked between two of
 * them, and who changes a value names the version that it has seen: of all that have seen one version, one finds it.
 *
 * <p>Versions are 64 random bits, so that none comes twice for a key, whatever happened to its row: a number that counts
 * on would begin anew with a new row, and take what somebody saw in an older one for the newest. Rows that have expired
 * are not there for anybody, and are taken away by {@link #purge()}.
 */
final class JdbcPlace implements Place {

    private static final System.Logger LOG = System.getLogger(JdbcPlace.class.getName());
    private static final long MAX_ITEM_SIZE = 64L * 1024 * 1024;
    private static final Duration LONGEST_PURGE = Duration.ofSeconds(10);
    private static final int PAGE = 1000;
    private static final int TRIES = 10;

    /** The first character that a key may have. */
    private static final String FIRST = "!";

    private final JdbcSettings settings;
    private final Dialect dialect;
    private final JdbcStatements sql;
    private final DatabaseConnections connections;
    private final DatabaseClock clock = DatabaseClock.monotonic();

    private volatile long maxItemSize = MAX_ITEM_SIZE;

    /** Whether the table was seen. */
    private volatile boolean ready;

    /**
     * Uses a database, and makes the table if it is missing. A database that is not reached is looked for later, at each
     * {@link #probe()}.
     *
     * @param drivers knows the driver of the URL
     * @throws IOException if only a person can help: there is no driver, the login is refused, or the table is missing and
     *     cannot be made
     */
    JdbcPlace(JdbcSettings settings, ClassLoader drivers) throws IOException {
        this.settings = settings;
        this.dialect = Dialect.of(settings.url());
        this.sql = new JdbcStatements(settings.table(), dialect);
        this.connections = new DatabaseConnections(settings, DatabaseDrivers.of(settings.url(), drivers));
        try {
            probe();
        } catch (Unreachable e) {
            if (e.getCause() instanceof SQLException cause && SqlStates.isMistake(cause)) {
                connections.close();
                throw new IOException(settings + ": " + e.getMessage(), e);
            }
        }
    }

    /** What makes the table, for whoever may do that. */
    static String ddl(String url, String table) {
        return String.join(";\n", Dialect.of(url).ddl(table)) + ";";
    }

    @Override
    public long maxItemSize() {
        return maxItemSize;
    }

    @Override
    public Optional<Kept> read(String key) throws Unreachable {
        return ask(connection -> {
            try (PreparedStatement statement = prepare(connection, sql.read())) {
                set(statement, key, clock.now());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Optional.of(new Kept(row.getBytes(2), row.getLong(1))) : Optional.empty();
                }
            }
        });
    }

    @Override
    public Written add(String key, byte[] value, long seconds) throws Unreachable {
        return ask(connection -> {
            while (true) {
                long now = clock.now();
                long version = newVersion();
                if (inserted(connection, key, version, expires(seconds, now), value)) {
                    return Written.as(version);
                }
                if (seen(connection, key, now) != null) {
                    return Written.not(Outcome.NOT_STORED);
                }
                if (change(connection, sql.renew(), version, expires(seconds, now), value, key, now)) {
                    return Written.as(version);
                }
                // It went, or somebody renewed it, since.
            }
        });
    }

    private boolean inserted(Connection connection, String key, long version, long expires, byte[] value)
            throws SQLException {
        try {
            return change(connection, sql.insert(), key, version, expires, value);
        } catch (SQLException e) {
            if (SqlStates.isDuplicate(e)) {
                return false;
            }
            throw e;
        }
    }

    /** The version of a key that is there, null if none is. */
    private @Nullable Long seen(Connection connection, String key, long now) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql.look())) {
            set(statement, key, now);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : null;
            }
        }
    }

    @Override
    public Written replace(String key, long version, byte[] value, long seconds) throws Unreachable {
        return ask(connection -> {
            long now = clock.now();
            long next = newVersion();
            return change(connection, sql.replace(), next, expires(seconds, now), value, key, version, now)
                    ? Written.as(next)
                    : Written.not(seen(connection, key, now) == null ? Outcome.ABSENT : Outcome.EXISTS);
        });
    }

    @Override
    public Written set(String key, byte[] value, long seconds) throws Unreachable {
        return ask(connection -> {
            long version = newVersion();
            while (true) {
                long expires = expires(seconds, clock.now());
                if (change(connection, sql.overwrite(), version, expires, value, key)
                        || inserted(connection, key, version, expires, value)) {
                    return Written.as(version);
                }
            }
        });
    }

    @Override
    public boolean touch(String key, long seconds) throws Unreachable {
        return ask(connection -> {
            long now = clock.now();
            return change(connection, sql.touch(), expires(seconds, now), key, now);
        });
    }

    @Override
    public Outcome remove(String key, long version) throws Unreachable {
        return ask(connection -> {
            long now = clock.now();
            if (change(connection, sql.remove(), key, version, now)) {
                return Outcome.OK;
            }
            return seen(connection, key, now) == null ? Outcome.ABSENT : Outcome.EXISTS;
        });
    }

    @Override
    public List<ListedKey> list(List<String> prefixes) throws Unreachable {
        List<ListedKey> found = new ArrayList<>();
        for (String prefix : prefixes) {
            list(prefix, found);
        }
        return found;
    }

    /** In pages, so that no statement takes long however many keys there are. */
    private void list(String prefix, List<ListedKey> found) throws Unreachable {
        String from = prefix.isEmpty() ? FIRST : prefix;
        while (true) {
            String start = from;
            List<ListedKey> page = ask(connection -> page(connection, prefix, start));
            page.stream().filter(listed -> listed.key().startsWith(prefix)).forEach(found::add);
            if (page.size() < PAGE) {
                return;
            }
            from = page.get(PAGE - 1).key() + FIRST;
        }
    }

    private List<ListedKey> page(Connection connection, String prefix, String start) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql.list(PAGE))) {
            long now = clock.now();
            set(statement, start, JdbcStatements.beginningWith(prefix), now);
            List<ListedKey> page = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    long expires = rows.getLong(2);
                    page.add(new ListedKey(rows.getString(1), expires == 0 ? 0 : Math.max(1, (expires - now) / 1000)));
                }
            }
            return page;
        }
    }

    /**
     * Row by row, because statements that take many wait for each other in circles, and by chance, so that processes that
     * do it at the same time share the work.
     */
    @Override
    public void purge() throws Unreachable {
        long end = System.nanoTime() + LONGEST_PURGE.toNanos();
        boolean more = true;
        while (more && System.nanoTime() - end < 0) {
            List<String> keys = ask(this::expired);
            Collections.shuffle(keys, ThreadLocalRandom.current());
            for (String key : keys) {
                boolean unused = ask(connection -> change(connection, sql.expire(), key, clock.now()));
            }
            more = keys.size() == PAGE;
        }
    }

    private List<String> expired(Connection connection) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql.expired(PAGE))) {
            set(statement, clock.now());
            List<String> keys = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    keys.add(rows.getString(1));
                }
            }
            return keys;
        }
    }

    /** Asks for the time, which is as good as anything. */
    @Override
    public void probe() throws Unreachable {
        boolean unused = ask(connection -> {
            askTime(connection);
            return true;
        });
    }

    private void askTime(Connection connection) throws SQLException {
        try (PreparedStatement statement = prepare(connection, dialect.now())) {
            clock.ask(() -> {
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return dialect == Dialect.STANDARD ? row.getTimestamp(1).getTime() : row.getLong(1);
                }
            });
        }
    }

    @Override
    public String describe() {
        return settings.toString();
    }

    @Override
    public void close() {
        connections.close();
    }

    private <T> T ask(DatabaseConnections.Work<T> work) throws Unreachable {
        return connections.use(connection -> {
            prepareTable(connection);
            try {
                return tried(connection, work);
            } catch (SQLException e) {
                if (SqlStates.isAboutNames(e)) {
                    ready = false;
                }
                throw e;
            }
        });
    }

    /** Two who wait for each other: the database ends one of them, who begins again. */
    private static <T> T tried(Connection connection, DatabaseConnections.Work<T> work)
            throws SQLException, Unreachable {
        for (int left = TRIES; ; left--) {
            try {
                return work.on(connection);
            } catch (SQLException e) {
                if (left == 1 || !SqlStates.isRolledBack(e)) {
                    throw e;
                }
            }
        }
    }

    private void prepareTable(Connection connection) throws Unreachable {
        if (ready) {
            return;
        }
        synchronized (this) {
            try {
                if (!ready) {
                    prepareTable(connection, missing(connection));
                    askTime(connection);
                    maxItemSize = Math.min(MAX_ITEM_SIZE, dialect.maxItemSize(connection));
                    ready = true;
                }
            } catch (SQLException e) {
                throw Unreachable.before(connections.said(e), e);
            }
        }
    }

    /** Why the table cannot be read, null if it can. */
    private @Nullable SQLException missing(Connection connection) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql.probe())) {
            statement.executeQuery().close();
            return null;
        } catch (SQLException e) {
            if (SqlStates.isAboutNames(e)) {
                return e;
            }
            throw e;
        }
    }

    private void prepareTable(Connection connection, @Nullable SQLException missing) throws SQLException, Unreachable {
        if (missing == null) {
            return;
        }
        try {
            for (String ddl : dialect.ddl(settings.table())) {
                try (PreparedStatement statement = prepare(connection, ddl)) {
                    statement.execute();
                }
            }
            LOG.log(Level.INFO, "{0} is made", settings);
        } catch (SQLException e) {
            // Another process may have made it meanwhile.
            if (missing(connection) != null) {
                throw Unreachable.before(
                        "it cannot be used (%s) nor made (%s); let somebody who may do so make it with:%n%s"
                                .formatted(
                                        connections.said(missing),
                                        connections.said(e),
                                        ddl(settings.url(), settings.table())),
                        e);
            }
        }
    }

    /** Whether a row was changed. */
    private boolean change(Connection connection, String text, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(connection, text)) {
            set(statement, values);
            return statement.executeUpdate() > 0;
        }
    }

    private PreparedStatement prepare(Connection connection, String text) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(text);
        if (dialect.sessionStart(settings.timeout()).isEmpty()) {
            statement.setQueryTimeout((int) Dialect.wholeSeconds(settings.timeout()));
        }
        return statement;
    }

    private static void set(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof byte[] bytes) {
                statement.setBytes(i + 1, bytes);
            } else if (values[i] instanceof Long number) {
                statement.setLong(i + 1, number);
            } else {
                statement.setString(i + 1, (String) values[i]);
            }
        }
    }

    /** Never 0 for what ends. */
    private static long expires(long seconds, long now) {
        return seconds == 0 ? 0 : Math.max(1, now + seconds * 1000);
    }

    private static long newVersion() {
        return ThreadLocalRandom.current().nextLong();
    }
}
