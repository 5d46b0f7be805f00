package org.keepsake.launcher.cluster;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a process can be; the words of {@code --role}. */
public enum Role {
    STORE,
    NODE,
    BALANCER;

    /** The word a user writes: {@code store}, {@code node} or {@code balancer}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The role of a word.
     *
     * @throws IllegalArgumentException with a sentence for the user when there is no such role
     */
    public static Role of(String word) {
        return Arrays.stream(values())
                .filter(role -> role.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no role is called \"" + word + "\"; the roles are "
                        + Arrays.stream(values()).map(Role::word).collect(Collectors.joining(", "))));
    }
}
