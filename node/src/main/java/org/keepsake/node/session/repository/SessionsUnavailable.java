package org.keepsake.node.session.repository;

/**
 * It could not be found out what a session holds, or not be made sure that it was saved, within the time allowed. It
 * never means that there is no session; the request is answered 503.
 */
public sealed class SessionsUnavailable extends RuntimeException permits SessionTooNew {

    private static final long serialVersionUID = 1L;

    /** Says in one sentence what could not be done, with the shortened id. */
    public SessionsUnavailable(String message) {
        super(message, null, false, false);
    }
}
