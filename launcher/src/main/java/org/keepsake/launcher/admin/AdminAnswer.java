package org.keepsake.launcher.admin;

/**
 * What the admin port answers. Immutable.
 *
 * @param status of HTTP
 * @param type the media type
 * @param text the body
 */
public record AdminAnswer(int status, String type, String text) {

    private static final String PLAIN = "text/plain; charset=utf-8";

    /** A sentence for a person. */
    public static AdminAnswer plain(int status, String sentence) {
        return new AdminAnswer(status, PLAIN, sentence + "\n");
    }

    /** A document for a program. */
    public static AdminAnswer json(String document) {
        return new AdminAnswer(200, "application/json", document + "\n");
    }

    /** Measurements in Prometheus' text format 0.0.4. */
    public static AdminAnswer metrics(String lines) {
        return new AdminAnswer(200, "text/plain; version=0.0.4; charset=utf-8", lines);
    }
}
