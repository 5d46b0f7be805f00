package org.keepsake.node.session.restart;

/** A file from which no session can be taken: damaged, cut, or written by a newer version. The message says what it is. */
final class UnreadableFile extends Exception {

    private static final long serialVersionUID = 1L;

    UnreadableFile(String message) {
        super(message);
    }
}
