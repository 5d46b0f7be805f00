package org.keepsake.node.store;

/** A JDBC URL for people: without users, passwords and parameters, wherever a driver takes them. */
final class JdbcUrl {

    private JdbcUrl() {}

    static String withoutSecrets(String url) {
        String rest = withoutUser(url);
        return upTo(upTo(rest, '?'), ';').replaceAll("\\([^)]*\\)", "(...)");
    }

    /** As in {@code jdbc:mysql://user:password@host/}, or {@code jdbc:oracle:thin:user/password@//host/}. */
    private static String withoutUser(String url) {
        int at = url.lastIndexOf('@');
        if (at < 0) {
            return url;
        }
        int slashes = url.indexOf("//");
        int start = slashes >= 0 && slashes < at ? slashes + 2 : url.indexOf(':', url.indexOf(':') + 1) + 1;
        return url.substring(0, Math.min(start, at)) + url.substring(at + 1);
    }

    private static String upTo(String text, char end) {
        int index = text.indexOf(end);
        return index < 0 ? text : text.substring(0, index);
    }
}
