package org.keepsake.node.store;

import java.util.Optional;

/**
 * The place that keeps sessions when no process of ours does. Immutable; checked when it is made.
 *
 * @param url {@code file:DIR}, a directory that all nodes share, or {@code jdbc:URL}, a database
 * @param user of the database; the URL may name one too
 * @param password which no text of this record shows
 */
public record PersistentSettings(String url, Optional<String> user, Optional<String> password) {

    public PersistentSettings {
        boolean file = url.startsWith("file:") && url.length() > "file:".length();
        boolean database = url.startsWith("jdbc:") && url.length() > "jdbc:".length();
        if (!file && !database) {
            throw new IllegalArgumentException("persistent store " + url + ": is neither file:DIR nor jdbc:URL");
        }
        if (file && user.isPresent()) {
            throw new IllegalArgumentException("persistent store " + url + ": a directory has no user");
        }
        if (password.isPresent() && user.isEmpty()) {
            throw new IllegalArgumentException(
                    "persistent store: a password needs a user, see --persistent-store-user");
        }
    }

    @Override
    public String toString() {
        return JdbcUrl.withoutSecrets(url);
    }
}
