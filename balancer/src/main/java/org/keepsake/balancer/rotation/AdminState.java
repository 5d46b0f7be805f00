package org.keepsake.balancer.rotation;

import java.util.Arrays;
import java.util.Locale;

/** What an operator wants of an upstream; the words are HAProxy's. */
public enum AdminState {
    /** It takes part. */
    READY,

    /** It gets the requests of sessions that belong to it, and no others. */
    DRAIN,

    /** It gets no request, and its health is of no interest. */
    MAINT;

    /** As users write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads {@code ready}, {@code drain} or {@code maint}.
     *
     * @throws IllegalArgumentException with one sentence for the user when it is none of them
     */
    public static AdminState parse(String text) {
        return Arrays.stream(values())
                .filter(state -> state.word().equals(text))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("state '" + text + "' is none of ready, drain and maint"));
    }
}
