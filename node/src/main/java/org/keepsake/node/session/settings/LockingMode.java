package org.keepsake.node.session.settings;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which requests have a session for themselves, in the words of memcached-session-manager. Immutable.
 *
 * @see #parse
 */
public sealed interface LockingMode {

    /** No request. */
    record None() implements LockingMode {
        @Override
        public String toString() {
            return "none";
        }
    }

    /** Requests that may change the session; not those known to have only read it. */
    record Auto() implements LockingMode {
        @Override
        public String toString() {
            return "auto";
        }
    }

    /** Every request that loads a session. */
    record All() implements LockingMode {
        @Override
        public String toString() {
            return "all";
        }
    }

    /** Requests whose whole {@code METHOD uri?query} the pattern matches, as with the ignore pattern. */
    record UriPattern(Pattern pattern) implements LockingMode {
        @Override
        public String toString() {
            return URI_PATTERN + pattern;
        }
    }

    /** What stands before the expression of {@link UriPattern}. */
    String URI_PATTERN = "uriPattern:";

    /**
     * Reads {@code none}, {@code auto}, {@code all} or {@code uriPattern:REGEX}; the words in any case.
     *
     * @throws IllegalArgumentException with one sentence for anything else
     */
    static LockingMode parse(String text) {
        if (text.regionMatches(true, 0, URI_PATTERN, 0, URI_PATTERN.length())) {
            return new UriPattern(pattern(text.substring(URI_PATTERN.length())));
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "none" -> new None();
            case "auto" -> new Auto();
            case "all" -> new All();
            default ->
                throw new IllegalArgumentException(
                        "locking mode \"" + text + "\": is not one of none, auto, all and uriPattern:REGEX");
        };
    }

    private static Pattern pattern(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("locking mode uriPattern:" + regex + ": is no regular expression, "
                    + e.getDescription() + " at " + e.getIndex());
        }
    }
}
