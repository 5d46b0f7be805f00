package org.keepsake.node.store;

import java.sql.SQLException;
import java.util.Set;

/** What the SQLSTATE of an error says, by the standard (ISO 9075-2, 24.1) and by what drivers make of it. */
final class SqlStates {

    /** The connection is as good as before. */
    private static final Set<String> HARMLESS = Set.of("22", "23", "40", "42");

    /** Logins, names of databases, rights: no wait helps. */
    private static final Set<String> MISTAKES = Set.of("28", "3D", "3F", "42");

    /** H2: no rights for it; no such database. */
    private static final Set<String> MISTAKES_OF_H2 = Set.of("90040", "90096", "90146", "90149");

    private SqlStates() {}

    static boolean isDuplicate(SQLException e) {
        return group(e).equals("23");
    }

    /** Nothing was done, because two wanted the same at once. */
    static boolean isRolledBack(SQLException e) {
        return group(e).equals("40") && !"40003".equals(e.getSQLState());
    }

    /** There is no such table, or not for this user. */
    static boolean isAboutNames(SQLException e) {
        return group(e).equals("42");
    }

    static boolean isHarmless(SQLException e) {
        return HARMLESS.contains(group(e));
    }

    /** Only a person can put it right. */
    static boolean isMistake(SQLException e) {
        return MISTAKES.contains(group(e)) || MISTAKES_OF_H2.contains(String.valueOf(e.getSQLState()));
    }

    private static String group(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.length() != 5 ? "" : state.substring(0, 2);
    }
}
