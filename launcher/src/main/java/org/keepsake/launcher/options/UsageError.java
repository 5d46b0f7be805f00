package org.keepsake.launcher.options;

/** A mistake of the user: one sentence that names the thing, the value and the rule. Ends the process with code 2. */
public final class UsageError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UsageError(String sentence) {
        super(sentence);
    }

    /** The sentence, never null. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
