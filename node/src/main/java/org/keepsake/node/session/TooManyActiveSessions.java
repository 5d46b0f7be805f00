package org.keepsake.node.session;

/**
 * No new session begins: the node has as many of the application as {@code --max-active-sessions} allows. As Tomcat's
 * {@code TooManyActiveSessionsException} it reaches the application out of {@code getSession()}.
 */
public final class TooManyActiveSessions extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    TooManyActiveSessions(int most) {
        super("no new session: this node has as many as --max-active-sessions=%d allows".formatted(most));
    }
}
