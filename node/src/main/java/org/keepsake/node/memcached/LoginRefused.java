package org.keepsake.node.memcached;

import java.io.IOException;

/** A store that asks for a login which the node does not have, or does not take the one it has. */
final class LoginRefused extends IOException {

    private static final long serialVersionUID = 1;

    LoginRefused(String message) {
        super(message);
    }

    static LoginRefused missing() {
        return new LoginRefused("it asks for a login, and no user is configured");
    }

    static LoginRefused of(Credentials credentials) {
        return new LoginRefused("it refuses the login of user " + credentials.user());
    }
}
