package org.keepsake.node.store;

/**
 * The statements of a {@link JdbcPlace}. Each says what it takes for its parameters; {@code now} decides who has expired.
 */
final class JdbcStatements {

    private static final String ALIVE = "(expires = 0 OR expires > ?)";
    private static final String EXPIRED = "expires <> 0 AND expires <= ?";

    private final String table;
    private final Dialect dialect;

    JdbcStatements(String table, Dialect dialect) {
        this.table = table;
        this.dialect = dialect;
    }

    /** Fails where the table is not there or is another one. */
    String probe() {
        return "SELECT id, version, expires, record FROM " + table + " WHERE id = ' '";
    }

    /** Key, now. */
    String read() {
        return "SELECT version, record FROM " + table + " WHERE id = ? AND " + ALIVE;
    }

    /** Key, now. */
    String look() {
        return "SELECT version FROM " + table + " WHERE id = ? AND " + ALIVE;
    }

    /** Key, version, expiry, value; changes no row, or fails, if there is one with this key. */
    String insert() {
        return "INSERT INTO " + table + " (id, version, expires, record) VALUES (?, ?, ?, ?)" + dialect.insertTail();
    }

    private String update() {
        return "UPDATE " + table + " SET version = ?, expires = ?, record = ? WHERE id = ?";
    }

    /** Version, expiry, value, key, now. */
    String renew() {
        return update() + " AND " + EXPIRED;
    }

    /** Version, expiry, value, key, version seen, now. */
    String replace() {
        return update() + " AND version = ? AND " + ALIVE;
    }

    /** Version, expiry, value, key. */
    String overwrite() {
        return update();
    }

    /** Expiry, key, now. */
    String touch() {
        return "UPDATE " + table + " SET expires = ? WHERE id = ? AND " + ALIVE;
    }

    /** Key, version seen, now. */
    String remove() {
        return "DELETE FROM " + table + " WHERE id = ? AND version = ? AND " + ALIVE;
    }

    /** First key, pattern, now. */
    String list(int rows) {
        return "SELECT id, expires FROM " + table + " WHERE id >= ? AND id LIKE ? ESCAPE '!' AND " + ALIVE
                + " ORDER BY id " + dialect.limit(rows);
    }

    /** The pattern of what begins with a prefix. */
    static String beginningWith(String prefix) {
        return prefix.replaceAll("[!%_]", "!$0") + "%";
    }

    /** Now. */
    String expired(int rows) {
        return "SELECT id FROM " + table + " WHERE " + EXPIRED + " ORDER BY expires " + dialect.limit(rows);
    }

    /** Key, now. */
    String expire() {
        return "DELETE FROM " + table + " WHERE id = ? AND " + EXPIRED;
    }
}
