package org.keepsake.node.store;

/** What a store said to a {@code gets}, or why nothing is known of it. Immutable. */
public sealed interface Reply {

    /** What is known of a question that ended so, without an answer. */
    static Reply without(Outcome outcome, String why) {
        return switch (outcome) {
            case REFUSED -> new Refused(why);
            case NOT_SENT -> new NotSent(why);
            default -> new Unknown(why);
        };
    }

    /**
     * The store has the key.
     *
     * @param value what it holds; owned by the reader
     * @param cas the store's unique number of this very value, see protocol.txt, "gets"
     * @param epoch the connection epoch in which {@code cas} means something
     */
    @SuppressWarnings("ArrayRecordComponent") // a reply is handed over, never compared
    record Found(byte[] value, long cas, long epoch) implements Reply {}

    /**
     * The store answered that it does not have the key.
     *
     * @param epoch the connection epoch in which it did
     */
    record Absent(long epoch) implements Reply {}

    /** The store, or the check before sending, said no: the same question will be refused again. */
    record Refused(String why) implements Reply {}

    /** The store never saw the question. */
    record NotSent(String why) implements Reply {}

    /** The question may have been sent and no answer came: this is not an absence. */
    record Unknown(String why) implements Reply {}
}
