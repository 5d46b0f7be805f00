package org.keepsake.node.session.record;

/** Bytes that are no session record, or a damaged one. The message says what is wrong and where. */
public final class MalformedRecord extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is wrong, and where. */
    public MalformedRecord(String message) {
        super(message);
    }
}
