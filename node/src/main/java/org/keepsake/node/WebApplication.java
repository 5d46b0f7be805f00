package org.keepsake.node;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A web application to deploy: a WAR file, or a directory with the content of one. Immutable; checked when it is made.
 *
 * @param war the WAR file or exploded directory; whether it exists is found out when it is deployed
 * @param context the context path, {@code /shop}, or {@code /} for the root; empty means it is taken from the file's
 *     name as Tomcat does: {@code shop.war} is {@code /shop}, {@code ROOT.war} is {@code /}, {@code a#b.war} is
 *     {@code /a/b}, and {@code ##version} at the end is no part of it
 */
public record WebApplication(Path war, Optional<String> context) {

    public WebApplication {
        context.ifPresent(path -> check(war, path));
    }

    /**
     * Reads {@code FILE} or {@code FILE:/context}, the form of the option {@code --war}.
     *
     * @throws IllegalArgumentException with one sentence that says what is wrong
     */
    public static WebApplication parse(String text) {
        int colon = text.lastIndexOf(":/");
        // "C:/shop.war" is a file on a drive, not a context.
        boolean hasContext = colon > 1;
        String file = hasContext ? text.substring(0, colon) : text;
        if (file.isBlank()) {
            throw new IllegalArgumentException("war '" + text + "': names no file");
        }
        return new WebApplication(
                Path.of(file), hasContext ? Optional.of(text.substring(colon + 1)) : Optional.empty());
    }

    private static void check(Path war, String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("war " + war + ": context " + path + " does not begin with /");
        }
        if (path.length() > 1 && (path.endsWith("/") || path.contains("//"))) {
            throw new IllegalArgumentException("war " + war + ": context " + path + " has an empty path segment");
        }
        if (path.chars().anyMatch(c -> c <= ' ' || "?#;\\%".indexOf(c) >= 0)
                || path.contains("/./")
                || path.contains("/../")
                || path.endsWith("/.")
                || path.endsWith("/..")) {
            throw new IllegalArgumentException("war " + war + ": context " + path + " is no plain URL path");
        }
    }
}
