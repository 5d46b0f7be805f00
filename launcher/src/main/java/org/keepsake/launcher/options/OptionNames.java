package org.keepsake.launcher.options;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every option there is and the group it belongs to, for messages about those that are misspelt or misplaced. */
final class OptionNames {

    /** What separates the values of a repeated option where they must stand in one text; no value contains it. */
    static final String BETWEEN_REPEATED = "\n";

    /** Between the entries of a list, as memcached-session-manager has it. */
    static final String COMMA_OR_SPACE = "[,\\s]+";

    private static final String NEGATED = "--no-";

    private final Set<String> repeatable = new TreeSet<>();

    /** Switches that {@code --no-…} turns off, on the command line alone. */
    private final Set<String> negatable = new TreeSet<>();

    /** Name of the option → words for where it belongs, such as {@code --role=node}. */
    private final Map<String, String> placeOf = new TreeMap<>();

    void add(Object options, String place) {
        for (OptionSpec option : CommandSpec.forAnnotatedObject(options).options()) {
            for (String name : option.names()) {
                placeOf.put(name, place);
                if (option.negatable()) {
                    negatable.add(name);
                }
                if (option.splitRegex().equals(BETWEEN_REPEATED)) {
                    repeatable.add(name);
                }
            }
        }
    }

    boolean contains(String name) {
        return placeOf.containsKey(name);
    }

    /** Whether an option is given once for each of its values. */
    boolean isRepeatable(String name) {
        return repeatable.contains(name);
    }

    /** Where an option belongs, such as {@code --role=node}; also that of a switch's {@code --no-…}. */
    Optional<String> placeOf(String name) {
        String plain = name.startsWith(NEGATED) && negatable.contains("--" + name.substring(NEGATED.length()))
                ? "--" + name.substring(NEGATED.length())
                : name;
        return Optional.ofNullable(placeOf.get(plain));
    }

    /** {@code ; did you mean "--war"?}, or nothing when no option is near. */
    String didYouMean(String name, String leaveOut) {
        return placeOf.keySet().stream()
                .filter(known -> known.startsWith("--") && distance(known, name) <= 1 + name.length() / 5)
                .min(Comparator.comparingInt(known -> distance(known, name)))
                .map(known -> "; did you mean \"" + known.substring(leaveOut.length()) + "\"?")
                .orElse("");
    }

    /** Levenshtein's. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitution, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
