package org.keepsake.node.session.view;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys that sessions leave in a store: {@code s:<prefix><sid>-<store>} and {@code a:} with the same rest. */
final class CopiedKey {

    static final String RECORD = "s:";
    static final String LAST_ACCESS = "a:";

    private static final Pattern KEY = Pattern.compile("[sa]:.*?(([0-9a-f]{32})-([A-Za-z0-9_]{1,100}))");

    private CopiedKey() {}

    /** The home store of the session a key belongs to; empty if it is none of ours. */
    static Optional<String> home(String key) {
        Matcher matcher = KEY.matcher(key);
        return matcher.matches() ? Optional.of(matcher.group(3)) : Optional.empty();
    }

    /** The id of the session a key of ours belongs to. */
    static String id(String key) {
        Matcher matcher = KEY.matcher(key);
        return matcher.matches() ? matcher.group(1) : "";
    }

    static boolean isRecord(String key) {
        return key.startsWith(RECORD);
    }
}
