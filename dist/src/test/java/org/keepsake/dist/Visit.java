package org.keepsake.dist;

import java.util.Map;
import java.util.TreeMap;

/** What {@code /test/counter} says: who served, and what the session holds. */
record Visit(String node, String session, String home, long created, long counter) {

    static final String COUNT = "/test/counter";
    static final String PEEK = "/test/counter?peek";

    /** Throws {@link IllegalStateException} when this is no visit. */
    static Visit parse(Answer answer) {
        if (answer.status() != 200) {
            throw new IllegalStateException("answered " + answer.status() + ": " + answer.body());
        }
        Map<String, String> lines = new TreeMap<>();
        answer.body().lines().filter(line -> line.contains("=")).forEach(line -> {
            String[] pair = line.split("=", 2);
            lines.put(pair[0].strip(), pair[1].strip());
        });
        return new Visit(
                need(lines, "node"),
                need(lines, "session"),
                need(lines, "home"),
                Long.parseLong(need(lines, "created")),
                Long.parseLong(need(lines, "counter")));
    }

    private static String need(Map<String, String> lines, String key) {
        String value = lines.get(key);
        if (value == null) {
            throw new IllegalStateException("no " + key + " in " + lines);
        }
        return value;
    }
}
