package org.keepsake.dist;

import java.util.HashMap;
import java.util.Map;

/** What the rig's application says of a session; without one, every text is empty. */
record Look(Map<String, String> lines) {

    /** Throws {@link AssertionError} when it was answered anything but 200. */
    static Look parse(Answer answer) {
        if (answer.status() != 200) {
            throw new AssertionError("answered " + answer.status() + ": " + answer.body());
        }
        Map<String, String> lines = new HashMap<>();
        answer.body().lines().filter(line -> line.contains("=")).forEach(line -> {
            int equals = line.indexOf('=');
            lines.put(line.substring(0, equals), line.substring(equals + 1));
        });
        return new Look(lines);
    }

    String node() {
        return value("node");
    }

    String user() {
        return value("user");
    }

    String session() {
        return value("session");
    }

    /** The store that is the session's home: what comes after the hyphen of its id. */
    String home() {
        return session().substring(session().indexOf('-') + 1);
    }

    boolean fresh() {
        return Boolean.parseBoolean(value("new"));
    }

    long created() {
        return Long.parseLong(value("created"));
    }

    long accessed() {
        return Long.parseLong(value("accessed"));
    }

    int maxInactive() {
        return Integer.parseInt(value("maxInactive"));
    }

    String attribute(String name) {
        return value("@" + name);
    }

    long attributes() {
        return lines.keySet().stream().filter(key -> key.startsWith("@")).count();
    }

    private String value(String key) {
        return lines.getOrDefault(key, "");
    }
}
