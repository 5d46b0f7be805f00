package org.keepsake.node.store;

import org.jspecify.annotations.Nullable;

/** A place did not do what it was asked. */
final class Unreachable extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean sent;

    private Unreachable(String why, boolean sent, @Nullable Throwable cause) {
        super(why, cause, false, false);
        this.sent = sent;
    }

    /** It never heard of it. */
    static Unreachable before(String why, @Nullable Throwable cause) {
        return new Unreachable(why, false, cause);
    }

    /** It may have done it, or may still do it. */
    static Unreachable meanwhile(String why, Throwable cause) {
        return new Unreachable(why, true, cause);
    }

    boolean wasSent() {
        return sent;
    }
}
