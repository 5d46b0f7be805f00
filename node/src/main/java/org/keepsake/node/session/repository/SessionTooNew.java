package org.keepsake.node.session.repository;

/**
 * A store holds the session as a newer version of this product wrote it, as happens while nodes are upgraded one by
 * one. Only nodes of that version serve it, and end it; asking again does not help.
 */
public final class SessionTooNew extends SessionsUnavailable {

    private static final long serialVersionUID = 1L;

    /** Names the store, the version found there and the newest one read here. */
    SessionTooNew(String message) {
        super(message);
    }
}
