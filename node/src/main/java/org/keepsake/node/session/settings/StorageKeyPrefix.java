package org.keepsake.node.session.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What stands before a session's id in its key, so that sessions of several applications, hosts or versions live side
 * by side in the same stores. Immutable.
 *
 * @param parts one after the other
 */
public record StorageKeyPrefix(List<Part> parts) {

    /** One word of {@code --storage-key-prefix}. */
    public sealed interface Part {}

    /** {@code static:TEXT}: the same for every application. */
    public record Fixed(String text) implements Part {
        public Fixed {
            if (!TEXT.matcher(text).matches()) {
                throw new IllegalArgumentException("storage key prefix static:" + text
                        + ": the text must have 1 to 64 letters, digits and any of . _ - /");
            }
        }

        @Override
        public String toString() {
            return STATIC + text;
        }
    }

    /** What differs between applications. */
    public enum Variable implements Part {
        HOST("host"),
        CONTEXT("context"),
        WEBAPP_VERSION("webappVersion");

        private final String word;

        Variable(String word) {
            this.word = word;
        }

        boolean isHashed(String other) {
            return this != WEBAPP_VERSION && other.equals(word + ".hash");
        }

        @Override
        public String toString() {
            return word;
        }
    }

    private static final String STATIC = "static:";
    private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9._/-]{1,64}");

    public StorageKeyPrefix {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("storage key prefix: is empty");
        }
    }

    /** {@code context,webappVersion}. */
    public static StorageKeyPrefix defaults() {
        return new StorageKeyPrefix(List.of(Variable.CONTEXT, Variable.WEBAPP_VERSION));
    }

    /**
     * Reads words with commas between them: {@code static:TEXT}, {@code host}, {@code context}, {@code webappVersion}.
     * {@code host.hash} and {@code context.hash}, with which memcached-session-manager saves room, mean the same as
     * without the hash: a prefix that is too long is hashed by itself.
     *
     * @throws IllegalArgumentException with one sentence for anything else
     */
    public static StorageKeyPrefix parse(String text) {
        List<Part> parts = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            parts.add(part(word.strip()));
        }
        return new StorageKeyPrefix(parts);
    }

    private static Part part(String word) {
        if (word.startsWith(STATIC)) {
            return new Fixed(word.substring(STATIC.length()));
        }
        for (Variable variable : Variable.values()) {
            if (word.equals(variable.word) || variable.isHashed(word)) {
                return variable;
            }
        }
        throw new IllegalArgumentException("storage key prefix \"" + word
                + "\": is not one of static:TEXT, host, context and webappVersion, with commas between several");
    }

    /**
     * The prefix of one application. Two applications that differ in a part named have different prefixes.
     *
     * @param host the name of the virtual host, as {@code localhost}
     * @param contextPath "" or "/" for the root
     * @param version what stands after {@code ##} in the name of the WAR; may be empty
     */
    public String of(String host, String contextPath, String version) {
        return parts.stream()
                .map(part -> escape(
                        part instanceof Fixed fixed
                                ? fixed.text()
                                : value((Variable) part, host, contextPath, version)))
                .collect(Collectors.joining("|"));
    }

    private static String value(Variable variable, String host, String contextPath, String version) {
        return switch (variable) {
            case HOST -> host;
            case CONTEXT -> contextPath.isEmpty() ? "/" : contextPath;
            case WEBAPP_VERSION -> version;
        };
    }

    /** So that a bar in a value is not taken for the one between two parts. */
    private static String escape(String value) {
        return value.replace("%", "%25").replace("|", "%7C");
    }

    @Override
    public String toString() {
        return parts.stream().map(Part::toString).collect(Collectors.joining(","));
    }
}
