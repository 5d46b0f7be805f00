package org.keepsake.node.memcached;

import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Stored;

/** How the two kinds of answers, to a read and to a write, say that there is none from the store. Immutable. */
record Endings<T>(Function<String, T> refused, Function<String, T> notSent, Function<String, T> unknown) {

    static final Endings<Reply> OF_READ = new Endings<>(Reply.Refused::new, Reply.NotSent::new, Reply.Unknown::new);

    static final Endings<Stored> OF_STORE = new Endings<>(
            why -> new Stored(Outcome.REFUSED, 0, 0),
            why -> new Stored(Outcome.NOT_SENT, 0, 0),
            why -> new Stored(Outcome.UNKNOWN, 0, 0));

    static final Endings<Outcome> OF_WRITE =
            new Endings<>(why -> Outcome.REFUSED, why -> Outcome.NOT_SENT, why -> Outcome.UNKNOWN);

    /** The same ending for each of so many keys that were read at once. */
    static Endings<List<Reply>> ofReads(int count) {
        return new Endings<>(
                why -> Collections.nCopies(count, new Reply.Refused(why)),
                why -> Collections.nCopies(count, new Reply.NotSent(why)),
                why -> Collections.nCopies(count, new Reply.Unknown(why)));
    }

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
