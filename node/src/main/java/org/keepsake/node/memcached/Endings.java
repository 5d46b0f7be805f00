package org.keepsake.node.memcached;

import java.util.function.Function;

/** How the two kinds of answers, to a read and to a write, say that there is none from the store. Immutable. */
record Endings<T>(Function<String, T> refused, Function<String, T> notSent, Function<String, T> unknown) {

    static final Endings<Reply> OF_READ = new Endings<>(Reply.Refused::new, Reply.NotSent::new, Reply.Unknown::new);

    static final Endings<Outcome> OF_WRITE =
            new Endings<>(why -> Outcome.REFUSED, why -> Outcome.NOT_SENT, why -> Outcome.UNKNOWN);

    /**
     * What an error line of a store means. Only the two refusals that memcached itself gives are a no; what else a
     * server or a proxy reports, a backend that timed out say, leaves open what was done.
     */
    T ofErrorLine(String line) {
        boolean definite = line.startsWith("SERVER_ERROR object too large")
                || line.startsWith("SERVER_ERROR out of memory storing");
        return (definite ? refused : unknown).apply(line);
    }
}
